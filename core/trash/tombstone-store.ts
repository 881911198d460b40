import type { Scope, WriteScope } from '../db/scope.ts';
import type { ConversationId, InboxId, RawInboundId } from '../lib/ids.ts';
import { decodeCursor, encodeCursor, isCursorId, type Page } from '../lib/page.ts';
import { type Grave, identityHash } from './grave.ts';
import { RETURNED, type Tombstone } from './types.ts';

/** Word for word the condition of the index `raw_inbound_returned`. */
const IS_RETURNED = `error like '${RETURNED}%'`;
const ROWS_A_STATEMENT = 50;

/** A tombstone for each message of these conversations that came from outside or went there. */
export async function insertTombstones({ db, now }: WriteScope, ids: readonly ConversationId[]): Promise<void> {
  const rows: Record<string, string | number | null>[] = await db('messages as m')
    .leftJoin('raw_inbound as r', 'r.id', 'm.raw_inbound_id')
    .whereIn('m.conversation_id', [...ids])
    .whereNot('m.direction', 'internal')
    .where((either) => either.whereNotNull('m.external_id').orWhereNotNull('r.blob_sha256'))
    .select('m.inbox_id', 'm.conversation_id', 'm.direction', 'm.external_id', 'm.external_id_hash', 'm.from_address', 'm.sent_at')
    .select('r.blob_sha256');
  const purged_at = now().toISOString();
  const made = rows.map((row) => {
    const externalId = row['external_id'] === null ? null : String(row['external_id']);
    const sentAt = row['sent_at'] === null ? null : String(row['sent_at']);
    const facts = { inbox_id: row['inbox_id'], conversation_id: row['conversation_id'], is_ours: row['direction'] === 'outbound' };
    const known = { external_id: externalId, external_id_hash: row['external_id_hash'], sha256: row['blob_sha256'] };
    const identity = externalId === null ? null : identityHash({ externalId, from: String(row['from_address']), sentAt });
    return { ...facts, ...known, identity, purged_at };
  });
  for (let at = 0; at < made.length; at += ROWS_A_STATEMENT) await db('tombstones').insert(made.slice(at, at + ROWS_A_STATEMENT));
}

export async function countReturn({ db, now }: WriteScope, id: Grave['id']): Promise<void> {
  await db('tombstones').where({ id }).increment('returns', 1).update({ returned_at: now().toISOString() });
}

export async function deleteTombstone({ db }: WriteScope, id: Grave['id']): Promise<InboxId | null> {
  const row = await db('tombstones').where({ id }).first('inbox_id');
  if (row) await db('tombstones').where({ id }).delete();
  return row?.inbox_id ?? null;
}

interface Deleted {
  readonly id: number;
  readonly externalId: string | null;
  readonly isOurs: boolean;
  readonly identity: string | null;
}

/** By id: after one, the oldest first, or the newest. */
export async function deletedFrom(
  { db }: Scope,
  inboxId: InboxId,
  which: { readonly after: number; readonly most: number } | { readonly newest: number },
): Promise<readonly Deleted[]> {
  const query = db('tombstones').where({ inbox_id: inboxId }).select('id', 'external_id', 'is_ours', 'identity');
  const rows: { id: number; external_id: string | null; is_ours: boolean | number; identity: string | null }[] = await ('newest' in which
    ? query.orderBy('id', 'desc').limit(which.newest)
    : query.where('id', '>', which.after).orderBy('id').limit(which.most));
  return rows.map((row) => ({ id: row.id, externalId: row.external_id, isOurs: Boolean(row.is_ours), identity: row.identity }));
}

/** The newest first. */
export async function tombstonePage({ db }: Scope, cursor: string | null, limit: number): Promise<Page<Tombstone>> {
  const [before] = decodeCursor(cursor ?? '', 1) ?? [];
  const query = db('tombstones')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (isCursorId(before)) query.where('id', '<', before);
  const items = (await query).map((row) => ({
    id: row.id,
    inboxId: row.inbox_id,
    conversationId: row.conversation_id,
    externalId: row.external_id,
    isOurs: Boolean(row.is_ours),
    purgedAt: new Date(row.purged_at),
    returns: row.returns,
    returnedAt: row.returned_at === null ? null : new Date(row.returned_at),
  }));
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown, next: items.length > limit && last ? encodeCursor([last.id]) : null };
}

/** How many kept things came again after they were deleted for good. */
export async function countReturned({ db }: Scope): Promise<number> {
  const [row] = await db('raw_inbound').whereRaw(IS_RETURNED).count({ n: '*' });
  return Number(row?.['n'] ?? 0);
}

/** Those of them that came before that moment and whose bytes are still kept. */
export async function returnedBefore({ db }: Scope, before: Date, limit: number): Promise<readonly RawInboundId[]> {
  const query = db('raw_inbound').whereRaw(IS_RETURNED).whereNull('purged_at').where('received_at', '<', before.toISOString());
  return query.orderBy('id').limit(limit).pluck('id');
}
