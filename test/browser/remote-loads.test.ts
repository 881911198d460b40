import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { loggedIn, officeFor } from '../support/office.ts';
import { HTMX_VECTORS, remoteLoads } from '../support/remote-loads.ts';
import { until } from '../support/until.ts';

/** Counts what arrives, connections too, so that an attempt with TLS is seen; `page` is what it answers at /control. */
async function trackingServer(t: ExecutionContext) {
  const hits = new Set<string>();
  const control = { page: '' };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/control') return void response.writeHead(200, { 'content-type': 'text/html' }).end(control.page);
    hits.add(path);
    response.writeHead(200, { 'content-type': path.endsWith('.css') ? 'text/css' : 'image/png' }).end();
  }).listen(0, '127.0.0.1');
  const counted = { connections: 0 };
  server.on('connection', () => {
    counted.connections += 1;
  });
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { hits, counted, control, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

/** Resolves in the page once the frame of a message has loaded and shows its text. */
const shown = (id: number): string => `new Promise((done, failed) => {
  setTimeout(() => failed(new Error('message ${id} was not shown')), 15_000);
  const look = () => {
    const inside = document.getElementById('body-${id}')?.contentDocument;
    if (inside?.readyState === 'complete' && /Treść \\d+/.test(inside.body.innerText)) done();
    else requestAnimationFrame(look);
  };
  look();
})`;

/** Loaded, and two frames drawn: what was going to be asked for has been asked for. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('load');
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
}

test('45 ways to load something from a mail and nine to speak through htmx do nothing, and the page notices when one could', async (t) => {
  const office = await officeFor(t);
  const tracker = await trackingServer(t);
  const vectors = { ...remoteLoads(tracker.url), ...HTMX_VECTORS };
  t.is(Object.keys(remoteLoads(tracker.url)).length, 45);
  t.is(Object.keys(HTMX_VECTORS).length, 9);
  const names = Object.keys(vectors);
  for (const [n, html] of Object.values(vectors).entries())
    await office.mail({ from: `v${n}@klient.test`, subject: `Sztuczka ${n}`, html: `<p>Treść ${n}</p>${html}` });
  await until('all mails are read', async () => (await office.scope.db('messages')).length === names.length, 30_000);

  const { page, context } = await loggedIn(t, office);
  const ran: string[] = [];
  page.on('dialog', (dialog) => {
    ran.push(dialog.message());
    void dialog.dismiss();
  });
  const asked: string[] = [];
  context.on('request', (request) => {
    // Chromium also tells of what its policy stopped; what got out, the tracking server counts.
    if (!request.url().startsWith(office.base)) return;
    const { pathname } = new URL(request.url());
    const isUsual =
      request.method() === 'GET' &&
      /^\/(conversations|assets|live|notifications\/bell|bulk-actions$|messages\/\d+\/body)(\/|$)/.test(pathname);
    if (!isUsual) asked.push(`${request.method()} ${pathname}`);
  });

  const replaced: string[] = [];
  for (const { id, conversation_id, subject } of await office.scope
    .db('messages')
    .orderBy('id')
    .select('id', 'conversation_id', 'subject')) {
    // A page of its own for some, the others as people open them: htmx puts them into the page that is there.
    const click = `((row) => row !== null && (row.click(), true))(document.querySelector('#c${conversation_id} a.row1'))`;
    if (id % 9 === 0 || !(await page.evaluate(click))) await page.goto(`${office.base}/conversations/${conversation_id}`);
    await page.evaluate(shown(id));
    const lure = page.frameLocator(`#body-${id}`).locator('.lure');
    if ((await lure.count()) > 0) await lure.first().click();
    await settle(page);
    if ((await page.locator('#rail').innerText()).includes('replaced')) replaced.push(subject);
  }
  await page.waitForLoadState('networkidle');
  const others = asked.filter((request) => !/^POST \/conversations\/\d+\/(reads|presence)$/.test(request));
  t.deepEqual({ ran, others, replaced, ...tracker.counted }, { ran: [], others: [], replaced: [], connections: 0 });

  // The same markup without Centrala in between does load: most of the vectors are real in this browser.
  for (const html of Object.values(remoteLoads(tracker.url))) {
    tracker.control.page = `<!doctype html>${html}`;
    await page.goto(`${tracker.url}control`).catch(() => {});
    await settle(page).catch(() => {});
  }
  t.true(tracker.hits.size >= 25, `${tracker.hits.size} loads were seen`);
  t.log(`${names.length} mails, 0 loads; unguarded: ${tracker.hits.size} loads`);

  // And htmx in our own page does act on such markup when it is not in the frame.
  await page.goto(`${office.base}/conversations`);
  asked.length = 0;
  await page.evaluate(`(() => { const box = document.createElement('div'); box.innerHTML = ${JSON.stringify(HTMX_VECTORS['post'])};
    document.body.append(box); htmx.process(box); })()`);
  await until('htmx has posted', () => asked.some((request) => request.startsWith('POST') && request.endsWith('/agents')));
});
