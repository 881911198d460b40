import type { FilterInput, FilterVerdict } from '../../core/plugins/contract.ts';
import { learnedAs } from './learn.ts';
import { readBytes } from './read-bytes.ts';
import { readWords } from './words.ts';

const THRESHOLD = 5;
/** What somebody said about exactly this thing weighs more than any word. */
const LEARNED_SCORE = 100;

/** Adds up the words that occur. Whatever the folder does, it answers: `unavailable` lets the message in unscored, and core asks again later. */
export async function judge(folder: string, input: FilterInput, signal: AbortSignal): Promise<FilterVerdict> {
  try {
    const words = await readWords(folder, signal);
    const bytes = await readBytes(input, signal);
    if (bytes === null) return { state: 'skipped', reason: 'too_large' };
    const text = bytes.toString('utf8').toLowerCase();
    const found = words.filter(({ word }) => text.includes(word));
    const learned = await learnedAs(folder, bytes);
    const symbols = [
      ...found.map(({ word, score }) => ({ name: `WORD_${word.toUpperCase()}`, score, description: null })),
      ...(learned ? [{ name: 'LEARNED', score: learned === 'spam' ? LEARNED_SCORE : -LEARNED_SCORE, description: null }] : []),
    ];
    return { state: 'scored', score: symbols.reduce((sum, { score }) => sum + score, 0), threshold: THRESHOLD, symbols };
  } catch (error) {
    return { state: 'unavailable', reason: 'folder_unreadable', detail: String(error) };
  }
}
