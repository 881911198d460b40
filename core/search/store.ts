import { isAnyOf, isPostgres } from '../db/dialect.ts';
import { write } from '../db/direct.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';
import type { Indexed } from './index-message.ts';
import type { Terms } from './terms.ts';

/** Of several messages, their words as they stand in the index, one space between. */
export async function insertAllWords({ db }: WriteScope, all: readonly (readonly [MessageId, string])[]): Promise<void> {
  if (isPostgres(db))
    await write(
      db,
      `insert into message_search (message_id, words)
       select id, array_to_tsvector(string_to_array(words, ' ')) from unnest(?::int[], ?::text[]) as v(id, words)`,
      [all.map(([id]) => String(id)), all.map(([, words]) => words)],
    );
  else for (const [id, words] of all) await write(db, 'insert into message_search (rowid, words) values (?, ?)', [id, words]);
}

/** Written from `from` on and before `to`. `words`: of which each such message holds one. */
export interface Written {
  readonly from: Date;
  readonly to: Date;
  readonly words: readonly string[];
}

/** Newest messages first that hold every word, and were written then (null = whenever); with `isUnfinished` the last word may be the beginning of a longer one. */
export async function messagesWith(
  { db }: Scope,
  { words, isUnfinished }: Pick<Terms, 'words' | 'isUnfinished'>,
  written: Written | null,
  limit: number,
): Promise<readonly MessageId[]> {
  const last = words.length - 1;
  const id = isPostgres(db) ? 'message_id' : 'rowid';
  const hits = db('message_search').orderBy(id, 'desc').limit(limit);
  if (isPostgres(db)) {
    const query = words.map((word, i) => `'${word}'${isUnfinished && i === last ? ':*' : ''}`).join(' & ');
    hits.whereRaw('words @@ ?::tsquery', [written ? `${query} & (${written.words.map((word) => `'${word}'`).join(' | ')})` : query]);
  } else {
    const query = words.map((word, i) => `"${word}"${isUnfinished && i === last ? ' *' : ''}`).join(' AND ');
    hits.whereRaw('message_search match ?', [written ? `${query} AND (${written.words.map((word) => `"${word}"`).join(' OR ')})` : query]);
  }
  if (written !== null) {
    const times = [written.from.toISOString(), written.to.toISOString()];
    hits.whereRaw(`exists (select 1 from messages m where m.id = message_search.${id} and m.created_at >= ? and m.created_at < ?)`, times);
  }
  return hits.pluck(id);
}

/** When the oldest and the newest of all messages were written; null = there are none. */
export async function timesOfAll({ db }: Scope): Promise<{ readonly first: Date; readonly last: Date } | null> {
  const at = (order: 'asc' | 'desc') => db('messages').orderBy('created_at', order).first('created_at');
  const [first, last] = [await at('asc'), await at('desc')];
  return first && last ? { first: new Date(first.created_at), last: new Date(last.created_at) } : null;
}

/** What stands in messages, in the order of `ids`. */
export async function textsOf({ db }: Scope, ids: readonly MessageId[]): Promise<readonly { id: MessageId; text: string }[]> {
  const rows: { id: MessageId; subject: string | null; from_name: string | null; from_address: string; text: string }[] = await db(
    'messages',
  )
    .whereRaw(...isAnyOf(db, 'id', ids))
    .orderBy('id', 'desc')
    .select('id', 'subject', 'from_name', 'from_address', 'text');
  return rows.map((row) => ({ id: row.id, text: [row.subject, row.from_name, row.from_address, row.text].join('\n') }));
}

/** Messages of a conversation as they are indexed, oldest first, after the given id. */
export async function messagesToIndex({ db }: Scope, conversationId: ConversationId, after: number, limit: number) {
  const rows: FindableRow[] = await db('messages')
    .where({ conversation_id: conversationId })
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .select(FINDABLE)
    .select(hasAttachment(db));
  return rows.map(fromRow);
}

/** Those of the messages that may be found. */
export async function findableAmong({ db }: WriteScope, ids: readonly MessageId[]) {
  const query = db('messages')
    .join('conversations', 'conversations.id', 'messages.conversation_id')
    .whereRaw(...isAnyOf(db, 'messages.id', ids))
    .whereNull('spam_at')
    .whereNull('trashed_at')
    .select(FINDABLE)
    .select(hasAttachment(db));
  // What goes to spam or into the trash meanwhile must not become findable again.
  const rows: FindableRow[] = await (isPostgres(db) ? query.forShare('conversations') : query);
  return rows.map(fromRow);
}

/** The newest messages below the given id. */
export async function idsBelow({ db }: Scope, below: number, limit: number): Promise<readonly MessageId[]> {
  return db('messages').where('id', '<', below).orderBy('id', 'desc').limit(limit).pluck('id');
}

/** A message that is to be indexed; words of its files are looked for when it has some. */
export type Unindexed = Omit<Indexed, 'files'> & { readonly hasFiles: boolean };

interface FindableRow {
  id: number;
  created_at: string;
  subject: string | null;
  from_address: string;
  from_name: string | null;
  recipients: string;
  text: string;
  has_attachment: boolean | number;
  has_files: boolean | number;
}

const FINDABLE = ['id', 'created_at', 'subject', 'from_address', 'from_name', 'recipients', 'text'].map((column) => `messages.${column}`);

const hasAttachment = (db: Scope['db']) =>
  db.raw(
    `exists (select 1 from attachments a where a.message_id = messages.id and a.inline = ?) as has_attachment,
     exists (select 1 from attachments a where a.message_id = messages.id) as has_files`,
    [false],
  );

function fromRow(row: FindableRow): Unindexed {
  const { to, cc, bcc } = JSON.parse(row.recipients) as Readonly<Record<'to' | 'cc' | 'bcc', readonly NamedAddress[]>>;
  return {
    id: row.id as MessageId,
    at: new Date(row.created_at),
    subject: row.subject,
    from: { address: row.from_address, name: row.from_name },
    to: [...to, ...cc, ...bcc],
    text: row.text,
    hasAttachment: Boolean(row.has_attachment),
    hasFiles: Boolean(row.has_files),
  };
}

export async function deleteWords({ db }: WriteScope, ids: readonly MessageId[]): Promise<void> {
  const id = isPostgres(db) ? 'message_id' : 'rowid';
  await db('message_search')
    .whereRaw(...isAnyOf(db, id, ids))
    .delete();
}

export async function deleteWordsOf({ db }: WriteScope, conversationId: ConversationId): Promise<void> {
  const ids = db('messages').where({ conversation_id: conversationId }).select('id');
  if (isPostgres(db)) await db('message_search').whereIn('message_id', ids).delete();
  else await db.raw('delete from message_search where rowid in (select id from messages where conversation_id = ?)', [conversationId]);
}
