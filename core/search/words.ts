import { fold } from '../lib/text.ts';

const MAX_CHARS = 200_000;
const MAX_WORDS = 10_000;
const MAX_WORD_CHARS = 64;

/**
 * The different words of a text, folded: what is stored in the index and what is looked for. Both engines get exactly these.
 * With `all` the words as they follow each other, those that come again too.
 */
export function wordsOf(text: string, which: 'different' | 'all' = 'different'): readonly string[] {
  const found = fold(text.slice(0, MAX_CHARS)).match(/[\p{L}\p{N}]+/gu) ?? [];
  const words = new Set<string>();
  const every: string[] = [];
  for (const word of which === 'all' ? found : new Set(found)) {
    if (words.size === MAX_WORDS) break;
    const kept = word.length > MAX_WORD_CHARS ? word.slice(0, MAX_WORD_CHARS).toWellFormed() : word;
    words.add(kept);
    if (which === 'all') every.push(kept);
  }
  return which === 'all' ? every : [...words];
}
