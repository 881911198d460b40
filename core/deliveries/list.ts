import type { Scope } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import type { ConversationId, DeliveryId, MessageId } from '../lib/ids.ts';
import { decodeCursor, encodeCursor, isCursorId, type Page } from '../lib/page.ts';
import { countUnknownOf, deliveriesOfMessages, findDeliveryById, listDeliveryRows } from './store.ts';
import {
  type Delivery,
  type DeliveryFilters,
  type DeliveryStatus,
  FAILED_STATUSES,
  type QueuedDelivery,
  WAITING_STATUSES,
} from './types.ts';
import { scheduledAfter } from './untouched.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** Newest first, in one query; without a status those that wait or need a person. Raises invalid for a cursor that is not of this list. */
export async function listDeliveries(scope: Scope, filters: DeliveryFilters = {}): Promise<Page<QueuedDelivery>> {
  const limit = Math.min(Math.max(filters.limit ?? DEFAULT_LIMIT, 1), MAX_LIMIT);
  const rows = await listDeliveryRows(scope, {
    statuses: statusesOf(filters.status),
    scheduledAfter: filters.status === 'scheduled' ? scheduledAfter(scope.now()) : null,
    conversationId: filters.conversationId ?? null,
    beforeId: readCursor(filters.cursor),
    limit: limit + 1,
  });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? encodeCursor([last.id]) : null };
}

function statusesOf(status: DeliveryFilters['status']): readonly DeliveryStatus[] | null {
  if (status === 'any') return null;
  if (status === 'scheduled') return ['queued'];
  return status ? [status] : [...WAITING_STATUSES, ...FAILED_STATUSES];
}

/** How many deliveries of a conversation wait for somebody's decision, because nobody knows what became of them. */
export const countUnknown = (scope: Scope, id: ConversationId): Promise<number> => countUnknownOf(scope, id);

/** All deliveries of these messages in one query, oldest first. */
export const deliveriesOf = (scope: Scope, messageIds: readonly MessageId[]): Promise<readonly Delivery[]> =>
  deliveriesOfMessages(scope, messageIds);

/** One delivery, or null. */
export const findDelivery = (scope: Scope, id: DeliveryId): Promise<Delivery | null> => findDeliveryById(scope, id);

function readCursor(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  const [id] = decodeCursor(cursor, 1) ?? [];
  if (!isCursorId(id)) throw new InvalidError({ cursor: 'deliveries.list.cursor' });
  return id;
}
