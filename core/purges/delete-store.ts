import type { Knex } from 'knex';
import type { WriteScope } from '../db/scope.ts';
import type { DeliveryStatus } from '../deliveries/types.ts';
import { FACT_COLUMNS, factOf } from '../ledger/fact.ts';
import type { LedgerFact } from '../ledger/types.ts';
import type { ConversationId, MessageId, RawInboundId } from '../lib/ids.ts';
import { copiesOf } from './copies-store.ts';

export interface Deleted {
  readonly messages: number;
  /** Names of the files that were in it, each once. */
  readonly files: readonly string[];
  /** What the ledger writes down. */
  readonly facts: readonly LedgerFact[];
  /** How many deliveries of each state went with them. */
  readonly deliveries: readonly { readonly status: DeliveryStatus; readonly count: number }[];
}

/** These conversations and those that were merged into them. */
export async function withMerged({ db }: WriteScope, ids: readonly ConversationId[]): Promise<readonly ConversationId[]> {
  const all = new Set(ids);
  for (let level: readonly ConversationId[] = [...ids]; level.length > 0; ) {
    level = (
      await db('conversations')
        .whereIn('merged_into_id', [...level])
        .pluck('id')
    ).filter((id) => !all.has(id));
    for (const id of level) all.add(id);
  }
  return [...all];
}

/** Deletes conversations with all that hangs on them; the rows of what was kept stay, marked. */
export async function deleteConversations(tx: WriteScope, ids: readonly ConversationId[], isBlanked = false): Promise<Deleted> {
  const { db } = tx;
  const within = (table: string) => db(table).whereIn('conversation_id', [...ids]);
  const messages: { id: MessageId; raw_inbound_id: number | null }[] = await within('messages').select('id', 'raw_inbound_id');
  const messageIds = messages.map(({ id }) => id);
  const attached: string[] = await db('attachments').whereIn('message_id', messageIds).pluck('blob_sha256');
  const drafted: string[] = await db('draft_attachments').whereIn('draft_id', within('drafts').select('id')).pluck('blob_sha256');
  const versions = within('draft_versions').select('id');
  const earlier: string[] = await db('draft_version_files').whereIn('version_id', versions).pluck('blob_sha256');
  const states: { status: DeliveryStatus; n: number | string }[] = await within('deliveries')
    .groupBy('status')
    .select('status')
    .count({ n: '*' });
  const kept = messages.flatMap(({ raw_inbound_id: id }) => (id === null ? [] : [id as RawInboundId]));
  const copies: { id: RawInboundId }[] = await copiesOf(tx, messageIds);
  const facts = await purgeKept(tx, [...kept, ...copies.map(({ id }) => id)], isBlanked);
  // What was counted stays counted: nothing of it is to be counted anew.
  await within('statistics_dirty').delete();
  await db('messages').whereIn('id', messageIds).delete();
  await db('conversations')
    .whereIn('id', [...ids])
    .delete();
  return {
    messages: messages.length,
    files: [...new Set([...attached, ...drafted, ...earlier, ...facts.map(({ sha256 }) => sha256)])],
    facts,
    deliveries: states.map(({ status, n }) => ({ status, count: Number(n) })),
  };
}

/** Marks what was kept as purged, where asked without who wrote it and to whom, with what came with the same bytes for the same inbox and was received only once. */
export async function purgeKept({ db, now }: WriteScope, ids: readonly RawInboundId[], isBlanked = false): Promise<readonly LedgerFact[]> {
  const kept = await keptOf(db, ids);
  await db('raw_inbound')
    .whereIn(
      'id',
      kept.map(({ id }) => id),
    )
    .update({ purged_at: now().toISOString(), ...(isBlanked ? { envelope: '{}' } : {}) });
  return kept.map(({ id: _id, ...fact }) => fact);
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
