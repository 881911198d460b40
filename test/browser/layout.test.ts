import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import test from 'ava';
import type { Page } from 'playwright-core';
import { messageDocument } from '../../core/lib/message-document.ts';
import { sanitiseHtml } from '../../core/lib/sanitise-html.ts';
import { openBrowser } from '../support/browser.ts';
import { corpusFiles } from '../support/corpora.ts';

const NEAR_PX = 8;

interface TextBlock {
  readonly text: string;
  readonly x: number;
  readonly width: number;
  readonly look: string;
}

/** Every text that can be seen, in order; runs in the browser. */
const BLOCKS = `(() => {
  const blocks = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim();
    if (text === '' || /^(STYLE|TITLE|SCRIPT)$/.test(node.parentElement.tagName)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    const style = getComputedStyle(node.parentElement);
    if (box.width && box.height) blocks.push({ text: text.slice(0, 60), x: box.x, width: box.width, look: style.color + ' ' + style.fontSize });
  }
  return blocks;
})()`;

async function blocksOf(page: Page, html: string): Promise<readonly TextBlock[]> {
  await page.setContent(html, { waitUntil: 'domcontentloaded' });
  return (await page.evaluate(BLOCKS)) as readonly TextBlock[];
}

test('real newsletters keep their layout: 98 % of their texts stay in place, and 98 % keep colour and size', async (t) => {
  const browser = await openBrowser(t);
  const page = await (await browser.newContext({ viewport: { width: 900, height: 1200 } })).newPage();
  await page.route('**/*', (route) => route.abort());
  const files = await corpusFiles('layout-postmark', '**/*.html');
  t.is(files.length, 33);
  const sum = { texts: 0, inPlace: 0, alike: 0 };
  for (const file of files) {
    const raw = readFileSync(file, 'utf8');
    const before = await blocksOf(page, raw);
    const shown = messageDocument(sanitiseHtml(raw), { inlineImages: [], allowRemoteImages: false });
    const after = Map.groupBy(await blocksOf(page, shown), ({ text }) => text);
    const lost: string[] = [];
    for (const block of before) {
      const found = after.get(block.text)?.shift();
      const inPlace = !!found && Math.abs(found.x - block.x) <= NEAR_PX && Math.abs(found.width - block.width) <= NEAR_PX;
      const alike = found?.look === block.look;
      sum.texts += 1;
      sum.inPlace += Number(inPlace);
      sum.alike += Number(alike);
      if (!inPlace || !alike) lost.push(`${block.text.slice(0, 30)}: ${JSON.stringify(block)} became ${JSON.stringify(found)}`);
    }
    if (lost.length > 0) t.log(`${basename(dirname(file))}: ${lost.length} of ${before.length} differ, first ${lost[0]}`);
  }
  const [inPlace, alike] = [(100 * sum.inPlace) / sum.texts, (100 * sum.alike) / sum.texts];
  t.log(`${sum.texts} texts, ${inPlace.toFixed(1)} % in place, ${alike.toFixed(1)} % with the same colour and size`);
  t.true(sum.texts > 500);
  t.true(inPlace >= 98, `${inPlace.toFixed(1)} % in place`);
  t.true(alike >= 98, `${alike.toFixed(1)} % alike`);
});
