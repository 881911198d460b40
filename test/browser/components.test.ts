import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import Koa from 'koa';
import { loadAssets } from '../../core/http/assets.ts';
import type { CurrentAgent } from '../../core/http/context.ts';
import { PAGE_CSP } from '../../core/http/security-headers.ts';
import type { AgentId } from '../../core/lib/ids.ts';
import { openBrowser, openWindow, PHONE, WIDE } from '../support/browser.ts';
import { strictRenderer, VIEWS } from '../support/render.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const anna: CurrentAgent = {
  id: 7 as AgentId,
  sessionId: null,
  email: 'anna@firma.test',
  firstName: 'Anna',
  lastName: 'Kowal',
  role: 'administrator',
  permissions: [],
  theme: 'auto',
  ring: 'short',
  keys: {},
};

/** What the menu and the bar above fetch for themselves. */
const FETCHED: Readonly<Record<string, string>> = {
  '/unreadable/count': 'unreadable/_count',
  '/notifications/bell': 'notifications/_bell',
};

/** Every component on one page inside the real layouts and under the real policy: /gallery for an agent, /bare for a visitor. */
async function gallery(t: ExecutionContext): Promise<string> {
  const renderer = strictRenderer([{ dir: VIEWS }, { dir: join(import.meta.dirname, '../support/views'), prefix: 'plugins/demo/' }]);
  const app = new Koa().use(loadAssets([{ dir: join(VIEWS, 'assets') }], renderer.sprite).middleware).use((ctx) => {
    ctx.set('Content-Security-Policy', PAGE_CSP);
    ctx.type = 'html';
    if (ctx.method === 'POST') {
      ctx.set({ 'HX-Reswap': 'none', 'HX-Trigger': JSON.stringify({ toast: { text: ctx.get('X-CSRF-Token'), kind: 'problem' } }) });
      ctx.body = '';
      return;
    }
    if (ctx.path === '/live') {
      ctx.respond = false;
      ctx.res.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
      return;
    }
    const agent = ctx.path === '/bare' ? null : anna;
    const template = FETCHED[ctx.path] ?? `plugins/demo${ctx.path}`;
    ctx.body = renderer.render(template, { language: 'pl', csrfToken: 'the-token', path: '/agents', agent, total: 3 });
  });
  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('the layouts and components are accessible in both themes, wide and on a phone, and fit the window', async (t) => {
  const base = await gallery(t);
  const browser = await openBrowser(t);
  for (const path of ['/gallery', '/bare']) {
    for (const viewport of [WIDE, PHONE]) {
      for (const dark of [false, true]) {
        const { page, complaints } = await openWindow(browser, { viewport, dark });
        await page.goto(base + path);
        if (path === '/gallery') await page.click('details.me > summary');
        await page.evaluate(AXE);
        const violations = await page.evaluate(
          'axe.run({ resultTypes: ["violations"], selectors: false }).then((result) => result.violations.map((v) => v.id + ": " + v.nodes[0].html))',
        );
        const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        t.deepEqual(
          { violations, overflow, complaints },
          { violations: [], overflow: 0, complaints: [] },
          `${path} ${viewport.width} ${dark}`,
        );
        await page.context().close();
      }
    }
  }
});

test('a menu opens, moves and closes by keyboard, and a fragment carries the token and shows its toast', async (t) => {
  const base = await gallery(t);
  const { page, complaints } = await openWindow(await openBrowser(t));
  await page.goto(`${base}/gallery`);
  await page.focus('details.me > summary');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  t.is(await page.evaluate('document.activeElement.getAttribute("href")'), '/profile');
  await page.keyboard.press('End');
  t.is(await page.evaluate('document.activeElement.closest("form").getAttribute("action")'), '/logout');
  await page.keyboard.press('Escape');
  t.deepEqual(await page.evaluate('[document.activeElement.tagName, document.querySelectorAll("details[open]").length]'), ['SUMMARY', 0]);
  await page.click('#post-form button');
  await page.waitForSelector('.toast-note.is-problem:has-text("the-token")');
  await page.click('[data-toast] [data-dismiss]');
  t.is(await page.locator('[data-toast]').count(), 0);
  t.deepEqual(complaints, []);
});
