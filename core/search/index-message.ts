import type { WriteScope } from '../db/scope.ts';
import type { MessageId } from '../lib/ids.ts';
import { type Findable, indexedWords } from './indexed-words.ts';
import { wordsOfTime } from './time-words.ts';
import { wordsAtEnd } from './words-at-end.ts';

/** One that is to be indexed. */
export interface Indexed extends Findable {
  readonly id: MessageId;
  /** When it was written. */
  readonly at: Date;
  /** What `indexedWords` makes of it, when that is known. */
  readonly words?: string | undefined;
  /** Different words of its files, as far as they were read. */
  readonly files: readonly string[];
}

/** Makes a new message findable, in the transaction that writes it. Call once for each message. */
export function indexMessage(tx: WriteScope, message: Indexed): void {
  const { id, at, words = indexedWords(message), files } = message;
  const all = files.length === 0 ? words : [...new Set([...words.split(' '), ...files])].join(' ').trim();
  if (all !== '') wordsAtEnd.put(tx, id, within(`${wordsOfTime(at)} ${all}`));
}

/** PostgreSQL has room for 1 MiB of words of one message; with more it finds none of them, and says nothing. A long mail in a script of three bytes a letter has more. */
const MAX_BYTES = 1_000_000;

/** The words up to that, whole ones: what stands first is found. */
function within(words: string): string {
  if (words.length * 3 <= MAX_BYTES || Buffer.byteLength(words) <= MAX_BYTES) return words;
  const kept = Buffer.from(words).toString('utf8', 0, MAX_BYTES);
  return kept.slice(0, kept.lastIndexOf(' '));
}
