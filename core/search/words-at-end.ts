import { createPutOff } from '../db/put-off.ts';
import type { WriteScope } from '../db/scope.ts';
import type { MessageId } from '../lib/ids.ts';
import { insertAllWords } from './store.ts';

const AT_ONCE = 50;

/**
 * Words that are inserted when everything else of the transaction is written. What FTS5 has in hand it writes at each statement that may be undone by
 * itself, as one with a trigger: in between, every message made a segment of the index of its own, and merging them cost more than finding its words.
 * `write` first, for whoever deletes words, or messages, in the transaction that may have put some off.
 */
export const wordsAtEnd = createPutOff<MessageId, string>(async (tx: WriteScope, words) => {
  const all = [...words];
  for (let from = 0; from < all.length; from += AT_ONCE) await insertAllWords(tx, all.slice(from, from + AT_ONCE));
});
