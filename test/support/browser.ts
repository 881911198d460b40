import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

export const PICTURES = resolve(import.meta.dirname, '../../docs/pictures');
export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What a test may do with the browser: what it opened closes when it ends. */
export type OwnBrowser = Pick<Browser, 'newContext'>;

const SHELL = '/usr/bin/chromium-headless-shell';
const WHOLE = '/usr/bin/chromium';

/** The next test of this process may want it too, and a browser takes a second to start. */
const KEPT_MS = 2000;
let isKept = false;

let shared: Promise<Browser> | null = null;
let users = 0;
let closing: NodeJS.Timeout | undefined;
let program = SHELL;

/** The tests of this file need what only the whole browser has: notifications on the desktop. The shell draws the same pages for a fifth less. */
export function useWholeBrowser(): void {
  program = WHOLE;
}

/** Debian's Chromium, headless: one for the tests of a process, in which each has windows with cookies of its own. */
export async function openBrowser(t: ExecutionContext<unknown>): Promise<OwnBrowser> {
  clearTimeout(closing);
  users += 1;
  shared ??= launch();
  t.teardown(() => {
    users -= 1;
    if (users === 0 && !isKept) closing = setTimeout(closeBrowser, KEPT_MS);
  });
  const browser = await shared;
  const newContext: Browser['newContext'] = async (options) => {
    const context = await browser.newContext(options);
    t.teardown(() => context.close());
    return context;
  };
  return { newContext };
}

function launch(): Promise<Browser> {
  const launched = chromium.launch({ executablePath: program, args: QUIET });
  // One that died is not used again.
  const forget = (): void => {
    if (shared === launched) shared = null;
  };
  void launched.then((browser) => browser.once('disconnected', forget), forget);
  return launched;
}

/** From now on it stays until `closeBrowser`. */
export function keepBrowser(): void {
  isKept = true;
}

export async function closeBrowser(): Promise<void> {
  const open = shared;
  shared = null;
  await (await open)?.close();
}

export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Scripts that failed and content-security-policy violations, in order. Empty is what every journey ends with. */
  readonly complaints: string[];
}

/** A window with cookies of its own, in Polish unless said otherwise. */
export async function openWindow(
  browser: OwnBrowser,
  options: { viewport?: { width: number; height: number }; locale?: string; dark?: boolean } = {},
): Promise<Window> {
  const context = await browser.newContext({
    viewport: options.viewport ?? WIDE,
    locale: options.locale ?? 'pl-PL',
    timezoneId: 'Europe/Warsaw',
    colorScheme: options.dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  return { page, context, complaints };
}

/** Looks at the page wide and on a phone, light and dark, when `SHOTS` names a folder for the pictures. */
export async function shot(page: Page, name: string): Promise<void> {
  const dir = process.env['SHOTS'];
  if (!dir) return;
  mkdirSync(dir, { recursive: true });
  for (const [size, viewport] of Object.entries({ wide: WIDE, phone: PHONE })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      // To hide the caret Playwright would put a style into the page, of which its policy complains.
      await page.screenshot({ path: join(dir, `${name}-${size}-${colorScheme}.png`), caret: 'initial' });
    }
  }
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Keeps a picture for the documentation when the run was asked to renew them (`RENEW_PICTURES=1`). */
export async function picture(page: Page, name: string): Promise<void> {
  if (!process.env['RENEW_PICTURES']) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
