import { z } from 'zod';
import type { Scope } from '../db/scope.ts';
import type { RawStatus } from '../ingest/types.ts';
import type { ConversationId, InboxId, RawInboundId } from '../lib/ids.ts';
import { decodeCursor, encodeCursor, isCursorId, type Page } from '../lib/page.ts';
import { RETURNED } from '../trash/types.ts';
import type { ItemFilters, LedgerItem } from './items.ts';

const ENVELOPE = z.object({ mailFrom: z.string().optional(), from: z.string().optional() }).catch({});

/** Read backwards in an index: by day and status when a day is named, by status, or by id. An inbox is picked out of what was read. */
export async function itemPage(
  { db }: Scope,
  { day, inboxId, status, cursor }: ItemFilters,
  limit: number,
): Promise<Page<Omit<LedgerItem, 'conversationId'>>> {
  const [before] = decodeCursor(cursor ?? '', 1) ?? [];
  const query = db('raw_inbound')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .select('id', 'inbox_id', 'status', 'envelope', 'bytes', 'received_at', 'error', 'purged_at', 'virus_state', 'virus_name');
  if (day !== null) query.where({ day });
  if (status === 'returned') query.whereRaw(`error like '${RETURNED}%'`);
  else if (status !== null) query.where({ status });
  if (inboxId !== null) query.where({ inbox_id: inboxId });
  if (isCursorId(before)) query.where('id', '<', before);
  const items = (await query).map((row) => {
    const envelope = ENVELOPE.parse(JSON.parse(row.envelope));
    return {
      id: row.id as RawInboundId,
      inboxId: row.inbox_id as InboxId,
      status: row.status as RawStatus,
      sender: envelope.mailFrom ?? envelope.from ?? '',
      bytes: Number(row.bytes),
      receivedAt: new Date(row.received_at),
      reason: row.error as string | null,
      purgedAt: row.purged_at === null ? null : new Date(row.purged_at),
      virus: row.virus_state === 'infected' ? String(row.virus_name ?? '') : null,
    };
  });
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown, next: items.length > limit && last ? encodeCursor([last.id]) : null };
}

/** Which conversation each of these things is part of. */
export async function conversationsOf({ db }: Scope, ids: readonly RawInboundId[]): Promise<ReadonlyMap<RawInboundId, ConversationId>> {
  if (ids.length === 0) return new Map();
  const rows = await db('messages').whereIn('raw_inbound_id', ids).select('raw_inbound_id', 'conversation_id');
  return new Map(rows.map((row) => [row.raw_inbound_id as RawInboundId, row.conversation_id as ConversationId]));
}
