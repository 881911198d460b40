import { fold } from '../lib/text.ts';

const MAX_CHARS = 200_000;
const MAX_WORDS = 10_000;
const MAX_WORD_CHARS = 64;

/** The different words of a text, folded: what is stored in the index and what is looked for. Both engines get exactly these. */
export function wordsOf(text: string): readonly string[] {
  const words = new Set<string>();
  for (const [word] of fold(text.slice(0, MAX_CHARS)).matchAll(/[\p{L}\p{N}]+/gu)) {
    if (words.size === MAX_WORDS) break;
    words.add(word.slice(0, MAX_WORD_CHARS).toWellFormed());
  }
  return [...words];
}
