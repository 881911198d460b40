import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import type { StoredAttachment } from '../../core/ingest/types.ts';
import type { SafeHtml } from '../../core/lib/safe-html.ts';
import { sanitiseHtml } from '../../core/lib/sanitise-html.ts';
import { openBrowser, openWindow } from '../support/browser.ts';
import { xssVectors } from '../support/corpora.ts';
import { workspaceFor } from '../support/workspace.ts';

/** As many vectors as one mail holds in the pass that shows all of them. */
const BATCH = 120;

/** Shows one body as the conversation does; runs in the browser. */
const SHOW = `(src) => new Promise((resolve) => {
  document.querySelector('iframe')?.remove();
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-same-origin allow-popups allow-popups-to-escape-sandbox');
  frame.src = src;
  frame.addEventListener('load', () => resolve());
  document.body.append(frame);
})`;

/** Counts what arrives: the only sure sign that something was loaded. */
async function trackingServer(t: ExecutionContext) {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    if (request.url === '/control') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<img src="/x"><script>alert(1)</script>');
      return;
    }
    hits.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'image/gif' }).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => void server.close());
  return { hits, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A message attached to a message. */
const enclosing = (html: SafeHtml): StoredAttachment => ({
  ...{ filename: 'a.eml', contentType: 'message/rfc822', contentId: null, inline: false, bytes: 1, sha256: 'a'.repeat(64) },
  reading: { kind: 'message', from: { address: 'a@b.test', name: null }, to: [], cc: [], subject: 'x', sentAt: null, text: 'x', html },
});

async function agentWindow(t: ExecutionContext) {
  const workspace = await workspaceFor(t);
  const { page, context } = await openWindow(await openBrowser(t));
  await context.addCookies([{ name: 'session', value: workspace.anna.cookies.get('session') ?? '', url: workspace.base }]);
  const ran: string[] = [];
  page.on('dialog', (dialog) => {
    ran.push(dialog.message());
    void dialog.dismiss();
  });
  await context.exposeBinding('__ran', (_source, what: string) => void ran.push(what));
  await context.addInitScript(`for (const name of ['alert', 'confirm', 'prompt', 'print'])
    Object.defineProperty(window, name, { value: () => window.__ran(name) });`);
  return { ...workspace, page, ran };
}

test('no vector of the hostile lists runs in a mail or in a message within it, sanitised or not, before an agent who is logged in', async (t) => {
  const { page, ran, mail, scope, base } = await agentWindow(t);
  const tracker = await trackingServer(t);
  const vectors = xssVectors();
  const raw = vectors.filter((_, at) => at % 60 === 0);
  const track = `<img src="${tracker.url}/image"><p style="background:url(${tracker.url}/style)">x</p><style>@import url(${tracker.url}/import)</style>`;
  const bodies: string[] = raw.map((vector) => vector + track);
  for (let at = 0; at < vectors.length; at += BATCH) bodies.push(sanitiseHtml(vectors.slice(at, at + BATCH).join('\n') + track));
  const sources: string[] = [];
  for (const [at, html] of bodies.entries()) {
    const { messageId } = await mail({ html: html as SafeHtml, text: 'x', attachments: [enclosing(html as SafeHtml)] });
    const [attachment] = await scope.db('attachments').where({ message_id: messageId });
    // Of those that nobody sanitised, every fifth: the frame is the same.
    sources.push(`/messages/${messageId}/body`, ...(at >= raw.length || at % 5 === 0 ? [`/attachments/${attachment.id}/body`] : []));
  }

  await page.goto(`${base}/conversations/1`);
  await page.locator('.mailframe[style*=height]').first().waitFor({ state: 'attached' });
  await page.goto(`${base}/deliveries`);
  for (const source of sources) await page.evaluate(`(${SHOW})('${source}')`);
  t.deepEqual(ran, []);
  t.deepEqual(tracker.hits, []);
  t.is(new URL(page.url()).pathname, '/deliveries', 'nothing led the page away');
});

test('the same page would have noticed: a script that may run is seen, and a picture that may load is counted', async (t) => {
  const { page, ran } = await agentWindow(t);
  const tracker = await trackingServer(t);
  await page.goto(`${tracker.url}/control`, { waitUntil: 'load' });
  t.deepEqual(ran, ['alert']);
  t.true(tracker.hits.includes('/x'));
});

test('no vector runs from a name, a subject or a text in list, conversation, panel and title', async (t) => {
  const { page, ran, take, base } = await agentWindow(t);
  const { mailFrom } = await import('../support/house.ts');
  const vectors = xssVectors().filter((_, at) => at % 140 === 0);
  for (const [n, vector] of vectors.entries())
    await take([
      mailFrom(`v${n}@customer.test`, { from: { address: `v${n}@customer.test`, name: vector }, subject: vector, text: vector }),
    ]);
  await page.goto(`${base}/conversations`);
  const rows = page.locator('#rows .row1');
  for (let at = 0; at < 12; at += 1) {
    await rows.nth(at).click();
    await page.locator('.talk').waitFor();
  }
  await page.goto(`${base}/conversations?q=${encodeURIComponent(vectors[3] ?? '')}`);
  t.deepEqual(ran, []);
});
