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

/** Debian's Chromium, headless, closed when the test ends. */
export async function openBrowser(t: ExecutionContext<unknown>): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: QUIET });
  t.teardown(() => browser.close());
  return browser;
}

export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Scripts that failed and content-security-policy violations, in order. Empty is what every journey ends with. */
  readonly complaints: string[];
}

/** A window with cookies of its own, in Polish unless said otherwise. */
export async function openWindow(
  browser: Browser,
  options: { viewport?: { width: number; height: number }; locale?: string; dark?: boolean } = {},
): Promise<Window> {
  const context = await browser.newContext({
    viewport: options.viewport ?? WIDE,
    locale: options.locale ?? 'pl-PL',
    timezoneId: 'Europe/Warsaw',
    colorScheme: options.dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(15_000);
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
      await page.screenshot({ path: join(dir, `${name}-${size}-${colorScheme}.png`) });
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
