import { htmlToText } from '../lib/html-to-text.ts';
import type { SafeHtml } from '../lib/safe-html.ts';
import { wordsOf } from '../search/words.ts';

/** A longer plain form says something itself. */
const MAX_STUB_CHARS = 1000;
/** So much of the HTML tells whether it does. */
const MAX_COMPARED_CHARS = 20_000;
const LINK = /<https?:[^>]*>/g;

/**
 * The text of a message: its plain form, or what its HTML says where it has none, or one that leaves most words of the HTML out ("Your program does not show
 * HTML"). People see the HTML; what is looked for, rules read and programs get is the text.
 */
export function saidText(text: string | null, html: SafeHtml | null): string {
  if (html === null || (text !== null && text.length > MAX_STUB_CHARS)) return text ?? '';
  const said = htmlToText(html);
  if (text === null) return said;
  const plain = new Set(wordsOf(text));
  const words = wordsOf(said.slice(0, MAX_COMPARED_CHARS).replace(LINK, ''));
  const isElsewhere = words.filter((word) => !plain.has(word)).length > words.length / 2;
  return isElsewhere && (plain.has('html') || words.length > plain.size) ? said : text;
}
