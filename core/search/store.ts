import { isPostgres } from '../db/dialect.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';

export async function insertWords({ db }: WriteScope, id: MessageId, words: readonly string[]): Promise<void> {
  if (isPostgres(db))
    await db.raw('insert into message_search (message_id, words) values (?, array_to_tsvector(?::text[]))', [id, [...words]]);
  else await db.raw('insert into message_search (rowid, words) values (?, ?)', [id, words.join(' ')]);
}

/**
 * Conversations of the newest `limit` messages that hold every word; the last one may be the beginning of a longer one.
 * `words` hold letters and digits only, so nothing in them is syntax.
 */
export async function conversationsWith({ db }: Scope, words: readonly string[], limit: number): Promise<readonly ConversationId[]> {
  const hits = isPostgres(db)
    ? db('message_search')
        .select('message_id as id')
        .whereRaw('words @@ ?::tsquery', [postgresQuery(words)])
        .orderBy('message_id', 'desc')
    : db('message_search')
        .select('rowid as id')
        .whereRaw('message_search match ?', [sqliteQuery(words)])
        .orderBy('rowid', 'desc');
  return db('messages')
    .distinct()
    .whereIn('id', db.select('id').from(hits.limit(limit).as('hits')))
    .pluck('conversation_id');
}

const sqliteQuery = (words: readonly string[]): string =>
  words.map((word, i) => (i === words.length - 1 ? `"${word}" *` : `"${word}"`)).join(' AND ');

const postgresQuery = (words: readonly string[]): string =>
  words.map((word, i) => (i === words.length - 1 ? `'${word}':*` : `'${word}'`)).join(' & ');
