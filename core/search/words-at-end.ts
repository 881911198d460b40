import type { WriteScope } from '../db/scope.ts';
import type { MessageId } from '../lib/ids.ts';
import { insertAllWords } from './store.ts';

const AT_ONCE = 50;

const waiting = new WeakMap<WriteScope['db'], Map<MessageId, string>>();

/**
 * Inserts words when everything else of the transaction is written. What FTS5 has in hand it writes at each statement that may be undone by
 * itself, as one with a trigger: in between, every message made a segment of the index of its own, and merging them cost more than finding its words.
 */
export function insertWordsAtEnd(tx: WriteScope, id: MessageId, words: string): void {
  const list = waiting.get(tx.db);
  if (list) list.set(id, words);
  else {
    waiting.set(tx.db, new Map([[id, words]]));
    tx.atEnd(() => insertWaiting(tx));
  }
}

/** First, for whoever deletes words, or messages, in the transaction that may have put some off. */
export async function insertWaiting(tx: WriteScope): Promise<void> {
  const list = waiting.get(tx.db);
  if (!list) return;
  waiting.delete(tx.db);
  const all = [...list];
  for (let from = 0; from < all.length; from += AT_ONCE) await insertAllWords(tx, all.slice(from, from + AT_ONCE));
}
