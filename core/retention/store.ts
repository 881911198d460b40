import type { Knex } from 'knex';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { ConversationId, InboxId, LabelId } from '../lib/ids.ts';
import type { Due, PurgedOriginal } from './types.ts';

export async function ruleRows({ db }: Scope): Promise<readonly { inbox_id: number; months: number }[]> {
  return db('retention_rules').orderBy('inbox_id');
}

/** Null = for ever. */
export async function putRule({ db }: WriteScope, inboxId: number, months: number | null): Promise<void> {
  if (months === null) await db('retention_rules').where({ inbox_id: inboxId }).delete();
  else await db('retention_rules').insert({ inbox_id: inboxId, months }).onConflict('inbox_id').merge();
}

export interface Wanted {
  readonly inboxId: InboxId;
  /** The last message is older, and it was not put back from the trash since then. */
  readonly before: Date;
  readonly except: LabelId | null;
}

/** Closed ones of an inbox that nobody wrote in or put back from the trash since then, the oldest first; read in the order of an index. */
function due({ db }: Scope, { inboxId, before, except }: Wanted): Knex.QueryBuilder {
  const query = db('conversations as c')
    .where({ 'c.inbox_id': inboxId, 'c.status': 'closed' })
    .where('c.last_message_at', '<', before.toISOString())
    .whereNull('c.trashed_at')
    .whereNull('c.spam_at')
    .whereNull('c.merged_into_id')
    .whereNotExists(
      db('trashings as t').whereRaw('t.conversation_id = c.id').where('t.restored_at', '>=', before.toISOString()).select('t.id'),
    );
  if (except === null) return query;
  // Of a label that was merged into it, some conversations bear that one still.
  const same = db('labels').where({ id: except }).orWhere({ merged_into_id: except }).select('id');
  return query.whereNotExists(
    db('conversation_labels as l').whereRaw('l.conversation_id = c.id').whereIn('l.label_id', same).select('l.label_id'),
  );
}

export async function listDue(
  scope: Scope,
  { inboxId, before, except }: Wanted,
  after: Pick<Due, 'id' | 'lastMessageAt'> | null,
  limit: number,
): Promise<readonly Due[]> {
  const query = due(scope, { inboxId, before, except });
  if (after) query.whereRaw('(c.last_message_at, c.id) > (?, ?)', [after.lastMessageAt.toISOString(), after.id]);
  const rows: Record<string, unknown>[] = await query
    .orderBy(['c.last_message_at', 'c.id'])
    .limit(limit)
    .select('c.id', 'c.inbox_id', 'c.subject', 'c.contact_address', 'c.last_message_at');
  return rows.map((row) => ({
    id: row['id'] as ConversationId,
    inboxId: row['inbox_id'] as InboxId,
    subject: String(row['subject']),
    sender: String(row['contact_address']),
    lastMessageAt: new Date(String(row['last_message_at'])),
  }));
}

/** How many there are, counted no further than `most`. */
export async function countDue(scope: Scope, wanted: Wanted, most: number): Promise<number> {
  const [row] = await scope.db.from(due(scope, wanted).limit(most).select('c.id').as('some')).count({ n: '*' });
  return Number(row?.['n'] ?? 0);
}

/** What was deleted for good from one moment until another, in the order of deleting. */
export async function purgedBetween(
  { db }: Scope,
  { from, until, after }: { from: string; until: string; after: Pick<PurgedOriginal, 'purgedAt' | 'id'> | null },
  limit: number,
): Promise<readonly PurgedOriginal[]> {
  const query = db('raw_inbound as r')
    .leftJoin('ledger_entries as e', (on) =>
      on
        .on('e.spool_id', 'r.spool_id')
        .andOn('e.inbox_id', 'r.inbox_id')
        .andOn('e.kind', db.raw('?', ['purged'])),
    )
    .where('r.purged_at', '>=', from)
    .where('r.purged_at', '<', until);
  if (after) query.whereRaw('(r.purged_at, r.id) > (?, ?)', [after.purgedAt, after.id]);
  const rows: Record<string, unknown>[] = await query
    .orderBy(['r.purged_at', 'r.id'])
    .limit(limit)
    .select('r.id', 'r.inbox_id', 'r.received_at', 'r.purged_at', 'r.bytes', 'r.blob_sha256', 'e.seq', 'e.hash');
  return rows.map((row) => ({
    id: Number(row['id']),
    inboxId: row['inbox_id'] as InboxId,
    receivedAt: String(row['received_at']),
    purgedAt: String(row['purged_at']),
    bytes: Number(row['bytes']),
    sha256: String(row['blob_sha256']),
    seq: row['seq'] === null ? null : Number(row['seq']),
    hash: row['hash'] === null ? null : String(row['hash']),
  }));
}
