import test from 'ava';
import { quoteHtml } from '../../core/deliveries/quote.ts';
import { forwardHtml } from '../../core/forwards/letter.ts';
import type { SafeHtml } from '../../core/lib/safe-html.ts';
import { sanitiseHtml } from '../../core/lib/sanitise-html.ts';
import { openBrowser } from '../support/browser.ts';

const OURS = '<p class="ours">Konto bez zmian: 11 1111</p>' as SafeHtml;
const HOSTILE = `<style>
  .ours, body > p, p { display: none } .theirs { display: block; margin: 0; color: rgb(1, 2, 3) }
  body::before, html::before, .ours::after { content: "Konto: 99 9999" }
  ~ p, * ~ p { visibility: hidden } @media all { p { opacity: 0 } .theirs { opacity: 1 } }
</style>
<p class="theirs">Proszę o przelew</p>
<div style="position:absolute;top:0;left:0;width:100%;height:200px;background:white">Konto: 99 9999</div>
<div style="margin-top:-900px;height:900px;background:white">Konto: 99 9999</div>`;
const MESSAGE = {
  ...{ from: { name: 'Jan', address: 'jan@x.test' }, to: [], cc: [], subject: 'Konto', createdAt: new Date(), attachments: [] },
  ...{ text: 'Proszę o przelew', html: sanitiseHtml(HOSTILE) },
};
const WRITTEN = { defaultLanguage: 'pl', timeZone: 'Europe/Warsaw' } as const;

test('the mail that is answered or forwarded hides nothing of ours, covers nothing and puts no words before it, and keeps its own looks', async (t) => {
  const context = await (await openBrowser(t)).newContext();
  const page = await context.newPage();
  const second = { ...MESSAGE, html: '<p class="ours">Drugi list</p>' as SafeHtml };
  for (const letter of [quoteHtml(OURS, MESSAGE, WRITTEN), forwardHtml(OURS, [MESSAGE, second], [], WRITTEN)]) {
    await page.setContent(`<!doctype html><html><body>${letter}</body></html>`);
    const ours = page.locator('.ours').first();
    t.true(await ours.isVisible());
    const seen = await page.evaluate(`(() => {
      const element = document.querySelector('.ours');
      const { x, y } = element.getBoundingClientRect();
      const added = (one, where) => getComputedStyle(one, where).content;
      return {
        isOnTop: document.elementFromPoint(x + 5, y + 5) === element,
        opacity: getComputedStyle(element).opacity,
        added: [added(document.body, '::before'), added(document.documentElement, '::before'), added(element, '::after')],
      };
    })()`);
    t.deepEqual(seen, { isOnTop: true, opacity: '1', added: ['none', 'none', 'none'] });
    for (const one of await page.locator('.ours').all()) t.true(await one.isVisible());
    const looks = await page.evaluate(
      `(({ color, display }) => ({ color, display }))(getComputedStyle(document.querySelector('.theirs')))`,
    );
    t.deepEqual(looks, { color: 'rgb(1, 2, 3)', display: 'block' });
  }
});
