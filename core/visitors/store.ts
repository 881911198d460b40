import type { Scope, WriteScope } from '../db/scope.ts';
import type { EmailAddress } from '../lib/email-address.ts';
import type { InboxId, VisitorId } from '../lib/ids.ts';
import { hashOf } from '../messages/id-hash.ts';
import { type Line, SHOWN_LINES, type Sign, TALK_DAYS, type Visitor } from './types.ts';

interface Row {
  id: VisitorId;
  inbox_id: InboxId;
  address: string;
  name: string;
  email: string;
  seen_at: string;
  around_at: string | null;
}
const COLUMNS = ['id', 'inbox_id', 'address', 'name', 'email', 'seen_at', 'around_at'] as const;

const fromRow = (row: Row): Visitor => ({
  id: row.id,
  inboxId: row.inbox_id,
  address: row.address,
  name: row.name,
  email: row.email as EmailAddress | '',
  seenAt: new Date(row.seen_at),
  aroundAt: row.around_at === null ? null : new Date(row.around_at),
});

const lapsed = (now: Date): string => new Date(now.getTime() - TALK_DAYS * 86_400_000).toISOString();

/** Null when the talk is over, or never was. */
export async function findVisitor(
  { db, now }: Scope,
  by: { readonly tokenHash: string } | { readonly address: string },
  inboxId: InboxId,
): Promise<Visitor | null> {
  const key = 'tokenHash' in by ? { token_hash: by.tokenHash } : { address: by.address };
  const row = await db<Row>('visitors')
    .where({ ...key, inbox_id: inboxId })
    .where('seen_at', '>', lapsed(now()))
    .first(...COLUMNS);
  return row ? fromRow(row) : null;
}

/** Null when somebody has this token already. */
export async function insertVisitor(
  { db, now }: WriteScope,
  { inboxId, address, tokenHash }: { readonly inboxId: InboxId; readonly address: string; readonly tokenHash: string },
): Promise<Visitor | null> {
  const at = now().toISOString();
  const [row] = await db('visitors')
    .insert({ inbox_id: inboxId, address, token_hash: tokenHash, name: '', email: '', created_at: at, seen_at: at })
    .onConflict('token_hash')
    .ignore()
    .returning([...COLUMNS]);
  return row ? fromRow(row) : null;
}

export async function describeVisitor({ db }: WriteScope, { id, name, email }: Pick<Visitor, 'id' | 'name' | 'email'>): Promise<void> {
  await db('visitors').where({ id }).update({ name, email });
}

/** What visitors with these addresses said their e-mail is. */
export const emailsSaidBy = ({ db }: Scope, addresses: readonly string[]): Promise<readonly string[]> =>
  db('visitors')
    .whereIn('address', [...addresses])
    .whereNot('email', '')
    .distinct()
    .pluck('email');

/** Whether a visitor has this address and has not said his name. */
export async function isNameless({ db }: Scope, address: string): Promise<boolean> {
  return (await db('visitors').where({ address, name: '' }).first('id')) !== undefined;
}

/** What is over stays over. */
export async function noteSign({ db, now }: WriteScope, sign: Sign, ids: readonly VisitorId[]): Promise<void> {
  if (ids.length === 0) return;
  await db('visitors')
    .whereIn('id', [...ids])
    .where('seen_at', '>', lapsed(now()))
    .update({ [sign === 'seen' ? 'seen_at' : 'around_at']: now().toISOString() });
}

/** Answers how many. */
export const deleteLapsed = ({ db, now }: WriteScope): Promise<number> => db('visitors').where('seen_at', '<=', lapsed(now())).delete();

export async function countLines({ db }: Scope, id: VisitorId): Promise<number> {
  const [row] = await db('visitor_lines').where({ visitor_id: id }).count({ n: '*' });
  return Number(row?.['n'] ?? 0);
}

/** False when it stands there already. */
export async function insertLine({ db }: WriteScope, id: VisitorId, externalId: string, isOurs: boolean): Promise<boolean> {
  const rows = await db('visitor_lines')
    .insert({ visitor_id: id, external_id: externalId, external_id_hash: hashOf(externalId), is_ours: isOurs })
    .onConflict(['visitor_id', 'external_id'])
    .ignore()
    .returning('id');
  return rows.length > 0;
}

/** Ids of the lines before one, the newest first. */
export async function idsBefore({ db }: Scope, id: VisitorId, externalId: string, most: number): Promise<readonly string[]> {
  const own = db('visitor_lines').where({ visitor_id: id, external_id: externalId }).select('id');
  return db('visitor_lines').where({ visitor_id: id }).where('id', '<', own).orderBy('id', 'desc').limit(most).pluck('external_id');
}

/**
 * What stands in a window after a line, the oldest first; from the beginning (0) the newest. A line is a message that he wrote or that was sent
 * to him, so nothing else can stand there, and what was deleted is gone from there too.
 */
export async function linesAfter({ db }: Scope, { id, inboxId }: Pick<Visitor, 'id' | 'inboxId'>, after: number): Promise<readonly Line[]> {
  const rows: Record<string, unknown>[] = await db('visitor_lines as l')
    .join('messages as m', (on) => {
      on.on('m.external_id_hash', 'l.external_id_hash').andOnVal('m.inbox_id', inboxId);
    })
    .where('l.visitor_id', id)
    .where('l.id', '>', after)
    .whereRaw("m.direction = case when l.is_ours then 'outbound' else 'inbound' end")
    .orderBy('l.id', after === 0 ? 'desc' : 'asc')
    .limit(SHOWN_LINES)
    .select('l.id', 'l.external_id', 'l.is_ours', 'm.text', 'm.from_name', 'm.created_at');
  const lines = rows.map((row) => ({
    id: Number(row['id']),
    externalId: String(row['external_id']),
    isOurs: Boolean(row['is_ours']),
    name: row['is_ours'] ? ((row['from_name'] as string | null) ?? null) : null,
    text: String(row['text']),
    at: new Date(String(row['created_at'])),
  }));
  return after === 0 ? lines.reverse() : lines;
}

/** Which of our lines his window had not fetched; they are now. */
export async function markFetched({ db, now }: WriteScope, id: VisitorId, ids: readonly number[]): Promise<readonly string[]> {
  const rows: { external_id: string }[] = await db('visitor_lines')
    .where({ visitor_id: id, is_ours: true })
    .whereNull('fetched_at')
    .whereIn('id', [...ids])
    .update({ fetched_at: now().toISOString() })
    .returning('external_id');
  return rows.map((row) => row.external_id);
}

/** How much of ours came after what his window has, at most `most`. What was deleted does not wait. */
export async function countWaiting({ db }: Scope, { id, inboxId }: Pick<Visitor, 'id' | 'inboxId'>, most: number): Promise<number> {
  const lastFetched = db('visitor_lines').where({ visitor_id: id }).whereNotNull('fetched_at').max('id');
  const ids = await db('visitor_lines as l')
    .join('messages as m', (on) => {
      on.on('m.external_id_hash', 'l.external_id_hash').andOnVal('m.inbox_id', inboxId).andOnVal('m.direction', 'outbound');
    })
    .where({ 'l.visitor_id': id, 'l.is_ours': true })
    .whereRaw('l.id > coalesce((?), 0)', [lastFetched])
    .limit(most)
    .pluck('l.id');
  return ids.length;
}

/** Whether something of ours in these lines is still to be marked. */
export async function hasUnfetched({ db }: Scope, id: VisitorId, ids: readonly number[]): Promise<boolean> {
  const row = await db('visitor_lines')
    .where({ visitor_id: id, is_ours: true })
    .whereNull('fetched_at')
    .whereIn('id', [...ids])
    .first('id');
  return row !== undefined;
}
