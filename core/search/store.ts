import { isPostgres } from '../db/dialect.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';

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

/** Messages of a conversation as they are indexed, oldest first, after the given id. */
export async function messagesToIndex({ db }: Scope, conversationId: ConversationId, after: number, limit: number) {
  const rows = await db('messages')
    .where({ conversation_id: conversationId })
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .select('id', 'subject', 'from_address', 'from_name', 'text');
  return rows.map((row) => ({
    id: row.id as MessageId,
    subject: row.subject as string | null,
    from: { address: String(row.from_address), name: row.from_name as string | null },
    text: String(row.text),
  }));
}

export async function deleteWordsOf({ db }: WriteScope, conversationId: ConversationId): Promise<void> {
  const ids = db('messages').where({ conversation_id: conversationId }).select('id');
  if (isPostgres(db)) await db('message_search').whereIn('message_id', ids).delete();
  else await db.raw('delete from message_search where rowid in (select id from messages where conversation_id = ?)', [conversationId]);
}
