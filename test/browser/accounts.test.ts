import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { readConfig } from '../../config/config.ts';
import { passwordLinkFor } from '../../core/cli/reset-password.ts';
import type { Scope } from '../../core/db/scope.ts';
import { silentLog } from '../../core/lib/log.ts';
import { start } from '../../core/main.ts';
import { PASSWORD } from '../support/accounts.ts';
import { openBrowser, openWindow, PHONE, WIDE } from '../support/browser.ts';
import { databaseTarget } from '../support/db.ts';
import { tempDir } from '../support/temp-dir.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function product(t: ExecutionContext): Promise<{ base: string; setupPath: string; scope: Scope }> {
  const dir = tempDir(t);
  const { url } = await databaseTarget(t, dir);
  const ports = { CENTRALA_HTTP_PORT: '0', CENTRALA_SMTP_PORT: '0' };
  const database = url ? { CENTRALA_DATABASE_URL: url } : {};
  const centrala = await start(readConfig({ CENTRALA_DATA_DIR: dir, ...ports, ...database }), silentLog);
  t.teardown(() => centrala.stop());
  const setup = new URL(centrala.setupUrl ?? '');
  return { base: `http://127.0.0.1:${centrala.port}`, setupPath: setup.pathname + setup.search, scope: centrala.scope };
}

/** Looks at the page wide and light, then narrow and dark: nothing for axe to find, nothing wider than the window. */
async function look(t: ExecutionContext, page: Page, what: string): Promise<void> {
  for (const [viewport, colorScheme] of [
    [WIDE, 'light'],
    [PHONE, 'dark'],
  ] as const) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await page.evaluate(AXE);
    const violations = await page.evaluate(
      'axe.run({ resultTypes: ["violations"], selectors: false }).then((result) => result.violations.map((v) => v.id + ": " + v.nodes[0].html + " " + (v.nodes[0].any[0]?.message ?? "")))',
    );
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    t.deepEqual({ violations, overflow }, { violations: [], overflow: 0 }, `${what} ${colorScheme}`);
  }
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Types each text into the field that has the focus and goes on with Tab. */
async function type(page: Page, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    await page.keyboard.type(text);
    await page.keyboard.press('Tab');
  }
}

test('set-up, log-out, a wrong and a right log-in are done by keyboard alone', async (t) => {
  const { base, setupPath } = await product(t);
  const { page, complaints } = await openWindow(await openBrowser(t));
  await page.goto(`${base}/`);
  await look(t, page, 'waiting for set-up');
  await page.goto(base + setupPath);
  await look(t, page, 'set-up');
  await page.focus('[name=companyName]');
  await type(page, 'Rowery Nowak', 'Ewa', 'Nowak', 'ewa@rowery.example', PASSWORD, PASSWORD, '');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${base}/setup/inbox`);
  await look(t, page, 'first inbox');
  await page.focus('a[href="/"].btn');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${base}/conversations`);
  await page.focus('details.me > summary');
  await page.keyboard.press('Enter');
  await page.focus('form[action="/logout"] button');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${base}/login`);
  await look(t, page, 'log-in');
  await page.focus('[name=email]');
  await type(page, 'ewa@rowery.example', 'to nie to');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=alert]');
  await look(t, page, 'wrong password');
  t.is(await page.evaluate('document.activeElement.name'), 'password');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL(`${base}/conversations`);
  t.deepEqual(
    complaints.filter((text) => !text.includes('422')),
    [],
  );
});

test('users, profile, settings and password screens are accessible and fit every window', async (t) => {
  const { base, setupPath, scope } = await product(t);
  const { page, complaints } = await openWindow(await openBrowser(t));
  for (const path of ['/password-resets/new', '/password-resets/choice?token=old']) {
    await page.goto(base + path);
    await look(t, page, path);
  }
  await page.goto(base + setupPath);
  await page.focus('[name=companyName]');
  await type(page, 'Rowery Nowak', 'Ewa', 'Nowak', 'ewa@rowery.example', PASSWORD, PASSWORD, '');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${base}/setup/inbox`);
  await page.goto(`${base}/agents/new`);
  await look(t, page, 'new user');
  for (const [name, text] of Object.entries({ firstName: 'Jan', lastName: 'Kowalski', email: 'jan@rowery.example', jobTitle: 'Serwis' }))
    await page.fill(`[name=${name}]`, text);
  await page.click('.settings-main .btn-primary');
  await page.waitForSelector('.share-link');
  await look(t, page, 'invited');
  for (const path of ['/agents', '/agents/1', '/agents/2', '/profile', '/settings']) {
    await page.goto(base + path);
    await look(t, page, path);
  }
  await page.fill('[name=companyName]', ' ');
  await page.click('.settings-main .btn-primary');
  await page.waitForSelector('.field.has-error');
  await look(t, page, 'settings that need attention');
  const link = new URL(await passwordLinkFor(scope, 'jan@rowery.example', base));
  await page.context().clearCookies();
  await page.goto(base + link.pathname + link.search);
  await look(t, page, 'choice of a password');
  t.deepEqual(
    complaints.filter((text) => !/4(04|10|22)/.test(text)),
    [],
  );
});
