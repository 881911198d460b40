import type { Scope } from '../db/scope.ts';
import type { MessageId } from '../lib/ids.ts';
import { messagesWith } from './store.ts';
import { wordsOf } from './words.ts';

/** Older hits than this many messages are not looked at, so that a common word costs as much in a large archive as in a small one. */
export const MAX_HITS = 500;
const MAX_WORDS = 12;

/** Shorter beginnings than this stand for too many words. */
const MIN_UNFINISHED_CHARS = 3;

/** The newest messages that hold every word of `q`, at most MAX_HITS; the last word may be unfinished. None for a text without words. */
export async function messagesWithWords(scope: Scope, q: string): Promise<readonly MessageId[]> {
  const words = wordsOf(q.slice(0, 400)).slice(0, MAX_WORDS);
  const last = words.at(-1);
  if (last === undefined) return [];
  const whole = await messagesWith(scope, words, false, MAX_HITS);
  // Whole words cost little, and when they are common enough nothing unfinished is needed.
  const isEnough = whole.length === MAX_HITS || last.length < MIN_UNFINISHED_CHARS;
  return isEnough ? whole : messagesWith(scope, words, true, MAX_HITS);
}
