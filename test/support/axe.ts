import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { PHONE, WIDE } from './browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
// The rules are all of them; only what nobody reads (passes, selectors) is not put together.
const find = (
  besides: readonly string[],
): string => `axe.run({ exclude: ${JSON.stringify(besides.map((one) => [one]))} }, { iframes: false, resultTypes: ['violations'], selectors: false }).then((result) => result.violations
  .filter((one) => one.impact === 'serious' || one.impact === 'critical')
  .map((one) => one.id + ': ' + one.nodes[0].html.slice(0, 300) + ' ' + (one.nodes[0].any[0]?.message ?? '')))`;

/** A page that draws no frame must not hold up a test for ever. */
const soon = (promise: string): string => `Promise.race([${promise}, new Promise((done) => setTimeout(done, 3000))])`;
/** Those that run and end are at their end at once; one that goes round for ever is left alone. */
const FINISH = `document.getAnimations()
  .filter((one) => one.playState === 'running' && Number.isFinite(one.effect.getComputedTiming().endTime)).forEach((one) => one.finish())`;

/** A phone seen at 400 % (WCAG 1.4.10) and a tablet, where the list stands beside the conversation. */
const OTHER_WIDTHS = [320, 820];
/** What can be used, or says when, and is partly beyond the window or cut off by what it stands in, unless that scrolls. */
const CUT_OFF = `[...document.querySelectorAll('a, button, input, select, textarea, summary, time')].filter((one) => {
  const { right, width, height } = one.getBoundingClientRect();
  if (width < 3 || height < 3 || !one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
  for (let box = one; box && box !== document.documentElement; box = box.parentElement) {
    const { overflowX, clipPath } = getComputedStyle(box);
    if (clipPath !== 'none' || overflowX === 'auto' || overflowX === 'scroll') return false;
    if (box !== one && overflowX !== 'visible' || box.matches('.msg > div')) return right > box.getBoundingClientRect().right + 1;
  }
  return right > innerWidth + 1;
}).map((one) => one.outerHTML.slice(0, 120))`;

/**
 * What axe calls serious or critical on this page, wide and light, then narrow and dark, and what is wider than its window, also at other widths; each begins
 * with the name of the screen. `besides`:
 * parts that all screens of a journey share and that it looked at before; rules for pages as a whole are asked all the same.
 */
export async function seriousFindings(page: Page, what: string, besides: readonly string[] = []): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [viewport, colorScheme] of [
    [WIDE, 'light'],
    [PHONE, 'dark'],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    // Seen now and then: colours inherited under `display: contents` lag behind when only the system's wish changes under an open page.
    await page.evaluate(`document.documentElement.dataset.bsTheme = '${colorScheme}'`);
    await page.evaluate('document.body.style.display = "none"; document.body.offsetHeight; document.body.style.display = ""');
    await page.evaluate(FINISH);
    await page.evaluate(soon('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))'));
    if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(AXE);
    const violations: readonly string[] = await page.evaluate(find(besides));
    found.push(...violations.map((text) => `${what}, ${colorScheme}: ${text}`));
    if (await page.evaluate('document.documentElement.scrollWidth > innerWidth')) found.push(`${what}: wider than ${viewport.width} px`);
  }
  found.push(...(await tooWide(page, what)));
  await page.emulateMedia({ colorScheme: 'light' });
  await page.evaluate('delete document.documentElement.dataset.bsTheme');
  return found;
}

/** What of this page does not fit into a narrow window or that of a tablet; the window is wide afterwards. */
export async function tooWide(page: Page, what: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const width of OTHER_WIDTHS) {
    await page.setViewportSize({ width, height: WIDE.height });
    if (await page.evaluate('document.documentElement.scrollWidth > innerWidth')) found.push(`${what}: wider than ${width} px`);
    const cut: readonly string[] = await page.evaluate(CUT_OFF);
    found.push(...cut.map((html) => `${what}: cut off at ${width} px: ${html}`));
  }
  await page.setViewportSize(WIDE);
  return found;
}
