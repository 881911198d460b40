import { isPostgres } from '../db/dialect.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { MessageId } from '../lib/ids.ts';

export async function insertWords({ db }: WriteScope, id: MessageId, words: readonly string[]): Promise<void> {
  if (isPostgres(db))
    await db.raw('insert into message_search (message_id, words) values (?, array_to_tsvector(?::text[]))', [id, [...words]]);
  else await db.raw('insert into message_search (rowid, words) values (?, ?)', [id, words.join(' ')]);
}

/** Newest messages first that hold every word; with `isUnfinished` the last word may be the beginning of a longer one. */
export async function messagesWith(
  { db }: Scope,
  words: readonly string[],
  isUnfinished: boolean,
  limit: number,
): Promise<readonly MessageId[]> {
  const last = words.length - 1;
  if (isPostgres(db)) {
    const query = words.map((word, i) => `'${word}'${isUnfinished && i === last ? ':*' : ''}`).join(' & ');
    const hits = db('message_search').whereRaw('words @@ ?::tsquery', [query]);
    return hits.orderBy('message_id', 'desc').limit(limit).pluck('message_id');
  }
  const query = words.map((word, i) => `"${word}"${isUnfinished && i === last ? ' *' : ''}`).join(' AND ');
  const hits = db('message_search').whereRaw('message_search match ?', [query]);
  return hits.orderBy('rowid', 'desc').limit(limit).pluck('rowid');
}
