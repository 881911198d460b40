import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ExecutionContext } from 'ava';
import type { BrowserContext, Page } from 'playwright-core';
import { makePasswordLink } from '../../core/password-resets/make-link.ts';
import { type App, startApp } from '../support/app.ts';
import { type OwnBrowser, openBrowser, openWindow, PHONE, WIDE } from '../support/browser.ts';
import { startDns } from '../support/dns.ts';
import { startOAuthServer } from '../support/oauth-server.ts';
import { logIn, type Office, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';
import { type Filled, fillOffice } from './fill.ts';
import { SCREENS, type Screen } from './screens.ts';
import { webpOf } from './webp.ts';

const GUIDE = resolve(import.meta.dirname, '../../docs/guide/img');
const MAX_HEIGHT = 1_700;
/** Of an installation that has nobody yet. */
const FIRST_SCREENS = ['setup', 'setup-restore'];
const SIZES = { wide: WIDE, phone: PHONE };
const LANGUAGES = { pl: 'pl-PL', en: 'en-GB' };
const ZONES = {
  'firma.test': { mx: ['10 mx.firma.test'], txt: ['v=spf1 mx -all'] },
  'mx.firma.test': { a: ['127.0.0.1'] },
};

interface Wish {
  readonly folder: string;
  readonly only: readonly string[];
  /** Both sizes, both themes and an empty office, too. */
  readonly all: boolean;
}

interface Place {
  readonly app: App;
  readonly filled: Filled;
  /** Put behind the name of each picture. */
  readonly mark: string;
}

/**
 * `npm run pictures`: every screen of a filled office for the user guide, in both languages, small. `-- --all FOLDER` adds phone, dark theme
 * and an office where nothing has happened yet, to be looked at; names of screens behind it take only these.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { all: { type: 'string' } }, allowPositionals: true });
  const wish: Wish = { folder: resolve(values.all ?? GUIDE), only: positionals, all: values.all !== undefined };
  const ends: (() => unknown)[] = [];
  // All that the helpers of the tests want of a test.
  const t = { teardown: (end: () => unknown) => ends.push(end), log: console.log, true: mustBe } as unknown as ExecutionContext;
  try {
    const browser = await openBrowser(t);
    await takeAll(browser, await fullOffice(t), wish);
    if (wish.all) await takeAll(browser, await emptyOffice(t), wish);
    const first = FIRST_SCREENS.filter((name) => wish.only.length === 0 || wish.only.includes(name));
    if (!wish.all && first.length > 0) await takeAll(browser, { ...(await emptyOffice(t)), mark: '' }, { ...wish, only: first });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

function mustBe(value: unknown, what: string): void {
  if (!value) throw new Error(what);
}

async function fullOffice(t: ExecutionContext): Promise<Place> {
  const dns = await startDns(ZONES);
  t.teardown(dns.stop);
  const oauth = await startOAuthServer();
  t.teardown(oauth.stop);
  const office: Office = await officeFor(t, { env: { CENTRALA_DNS_SERVERS: dns.server }, services: oauth.services });
  const filled = await fillOffice(t, office);
  const link = await makePasswordLink(office.scope, await agentId(office), 'reset', '');
  return { app: office, filled: { ...filled, passwordLink: link, setupLink: null }, mark: '' };
}

async function emptyOffice(t: ExecutionContext): Promise<Place> {
  const [app, fresh] = [await startApp(t), await startApp(t, { admin: false })];
  const none = { talk: () => null, inbox: () => null, message: () => null, domain: null, passwordLink: null };
  return { app, filled: { ...none, setupLink: fresh.setupUrl ?? null }, mark: '-empty' };
}

const agentId = async ({ scope }: App) => (await scope.db('agents').orderBy('id').first('id')).id;

async function takeAll(browser: OwnBrowser, place: Place, wish: Wish): Promise<void> {
  const login = await openWindow(browser);
  await logIn(login.page, place.app.base);
  const state = await login.context.storageState();
  await login.context.close();
  for (const [language, locale] of Object.entries(LANGUAGES)) {
    await place.app.scope
      .db('agents')
      .where({ id: await agentId(place.app) })
      .update({ language });
    mkdirSync(join(wish.folder, language), { recursive: true });
    for (const [size, viewport] of Object.entries(wish.all ? SIZES : { wide: WIDE }))
      for (const dark of wish.all ? [false, true] : [false]) {
        const suffix = wish.all ? `-${size}-${dark ? 'dark' : 'light'}${place.mark}.png` : '.webp';
        const pathOf = (name: string): string => join(wish.folder, language, `${name}${suffix}`);
        const windows = { viewport, locale, dark };
        for (const signedOut of [false, true]) {
          const { context } = await openWindow(browser, windows);
          if (!signedOut) await context.addCookies(state.cookies);
          const screens = Object.values(SCREENS).flat();
          const wanted = screens.filter(
            (one) => (one.signedOut ?? false) === signedOut && (wish.only.length === 0 || wish.only.includes(one.name)),
          );
          for (const screen of wanted) await take(context, place, screen, pathOf(screen.name));
          await context.close();
        }
        console.log(`${language} ${suffix}`);
      }
  }
}

async function take(context: BrowserContext, { app, filled, mark }: Place, screen: Screen, file: string): Promise<void> {
  const path = screen.path(filled);
  if (path === null) return;
  const page = context.pages()[0] ?? (await context.newPage());
  const answer = await page.goto(new URL(path, app.base).href);
  if (!answer?.ok()) {
    // What is named by a number is not in an empty office.
    if (mark !== '') return;
    throw new Error(`${screen.name}: ${answer?.status()} at ${path}`);
  }
  await page.evaluate('document.fonts.ready.then(() => {})');
  if (await page.locator('.mailframe').count()) await page.locator('.mailframe[style*=height]').first().waitFor();
  await until('no request is under way', () => page.evaluate('document.querySelector(".htmx-request") === null'));
  if (file.endsWith('.png')) await page.screenshot({ path: file, fullPage: true, animations: 'disabled' });
  else await takeSmall(context, page, file);
}

/** For the guide: not longer than a reader scrolls. */
async function takeSmall(context: BrowserContext, page: Page, file: string): Promise<void> {
  const { width } = WIDE;
  const height = Math.min(MAX_HEIGHT, Number(await page.evaluate('Math.max(innerHeight, document.documentElement.scrollHeight)')));
  const png = await page.screenshot({ fullPage: true, animations: 'disabled', clip: { x: 0, y: 0, width, height } });
  const desk = await context.newPage();
  writeFileSync(file, await webpOf(desk, png));
  await desk.close();
}

await main();
