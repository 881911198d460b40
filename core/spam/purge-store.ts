import type { Knex } from 'knex';
import type { Scope, WriteScope } from '../db/scope.ts';
import { FACT_COLUMNS, factOf } from '../ledger/fact.ts';
import type { LedgerFact } from '../ledger/types.ts';
import type { AgentId, ConversationId, FolderId, InboxId, RawInboundId } from '../lib/ids.ts';

/** A conversation in spam, as far as deleting it needs to know. */
export interface Doomed {
  readonly id: ConversationId;
  readonly inboxId: InboxId;
  readonly assigneeId: AgentId | null;
  readonly folderId: FolderId;
  readonly subject: string;
  readonly sender: string;
  /** Receipt of its newest message. */
  readonly receivedAt: Date;
}

/** In spam, newest receipt before `before`, and never answered by anybody. Read in the order of an index. */
function doomed(db: Knex, before: Date): Knex.QueryBuilder {
  return db('conversations as c')
    .whereRaw('c.spam_at is not null and c.trashed_at is null')
    .where('c.last_message_at', '<', before.toISOString())
    .whereNotExists(db('messages as m').whereRaw('m.conversation_id = c.id').where('m.direction', 'outbound').select('m.id'));
}

export async function listDoomed({ db }: Scope, before: Date, limit: number): Promise<readonly Doomed[]> {
  const rows: Record<string, unknown>[] = await doomed(db, before)
    .orderByRaw('c.last_message_at, c.id')
    .limit(limit)
    .select('c.id', 'c.inbox_id', 'c.assignee_id', 'c.folder_id', 'c.subject', 'c.contact_address', 'c.last_message_at');
  return rows.map((row) => ({
    id: row['id'] as ConversationId,
    inboxId: row['inbox_id'] as InboxId,
    assigneeId: row['assignee_id'] as AgentId | null,
    folderId: row['folder_id'] as FolderId,
    subject: String(row['subject']),
    sender: String(row['contact_address']),
    receivedAt: new Date(String(row['last_message_at'])),
  }));
}

/** How many there are, counted to `most` at most. */
export async function countDoomed({ db }: Scope, before: Date, most: number): Promise<number> {
  const [row] = await db.from(doomed(db, before).limit(most).select('c.id').as('some')).count({ n: '*' });
  return Number(row?.['n'] ?? 0);
}

export interface Deleted {
  readonly messages: number;
  /** Names of the files that were in it, each once. */
  readonly files: readonly string[];
  /** What the ledger writes down. */
  readonly facts: readonly LedgerFact[];
}

/** Deletes conversations with all that hangs on them; the rows of what was kept stay, marked. */
export async function deleteConversations({ db, now }: WriteScope, ids: readonly ConversationId[]): Promise<Deleted> {
  const messages: { id: number; raw_inbound_id: number | null }[] = await db('messages')
    .whereIn('conversation_id', [...ids])
    .select('id', 'raw_inbound_id');
  const messageIds = messages.map(({ id }) => id);
  const attached: string[] = await db('attachments').whereIn('message_id', messageIds).pluck('blob_sha256');
  const kept = await keptOf(
    db,
    messages.flatMap(({ raw_inbound_id: id }) => (id === null ? [] : [id as RawInboundId])),
  );
  await db('raw_inbound')
    .whereIn(
      'id',
      kept.map(({ id }) => id),
    )
    .update({ purged_at: now().toISOString() });
  await db('messages').whereIn('id', messageIds).delete();
  await db('conversations')
    .whereIn('id', [...ids])
    .delete();
  const facts = kept.map(({ id: _id, ...fact }) => fact);
  return { messages: messages.length, files: [...new Set([...attached, ...facts.map(({ sha256 }) => sha256)])], facts };
}

/** What these messages were made from, and what came with the same bytes for the same inbox and was received only once. */
async function keptOf(db: Knex, ids: readonly RawInboundId[]): Promise<readonly (LedgerFact & { readonly id: number })[]> {
  const rows = await db('raw_inbound as r')
    .join('raw_inbound as o', (on) => on.on('o.inbox_id', 'r.inbox_id').andOn('o.blob_sha256', 'r.blob_sha256'))
    .whereIn('o.id', [...ids])
    .whereNull('r.purged_at')
    .where((either) => either.whereRaw('r.id = o.id').orWhere('r.status', 'duplicate'))
    .distinct('r.id', ...FACT_COLUMNS.map((column) => `r.${column}`));
  return rows.map((row) => factOf('purged', row));
}
