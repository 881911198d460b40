import { isForPeople } from '../lib/address-text.ts';
import type { ConversationId } from '../lib/ids.ts';
import { messageHref } from '../lib/message-href.ts';
import type { Page } from '../lib/page.ts';
import { isLate } from './backoff.ts';
import { NOTES, saysAll } from './notes.ts';
import { type Delivery, type DeliveryStatus, isFailed, isWaiting, QUEUE_FILTERS, type QueuedDelivery, type QueueFilter } from './types.ts';
import { isScheduled, isStopped } from './untouched.ts';

const ICONS: Readonly<Record<DeliveryStatus, string>> = {
  queued: 'clock',
  sending: 'loader',
  sent: 'check',
  delivered: 'checks',
  deferred: 'clock-pause',
  bounced: 'alert-triangle',
  failed: 'alert-triangle',
  unknown: 'help-circle',
  cancelled: 'ban',
};

/** One recipient's state: what is shown and which buttons make sense. */
export function deliveryView(delivery: Delivery, now: Date) {
  const { status } = delivery;
  const state = isScheduled(delivery, now) ? 'scheduled' : isStopped(delivery) ? 'stopped' : status;
  const isSent = status === 'sent' || status === 'delivered';
  /** It left, and the next server says that it has not passed it on yet. */
  const isDelayed = status === 'sent' && delivery.note === NOTES.delayed;
  return {
    id: delivery.id,
    status,
    state,
    icon: state === 'scheduled' ? 'calendar-time' : state === 'stopped' ? 'player-pause' : ICONS[isDelayed ? 'deferred' : status],
    look: isFailed(status) ? 'bad' : status === 'deferred' || isDelayed ? 'late' : isSent ? 'good' : '',
    address: delivery.name ? (isForPeople(delivery.address) ? `${delivery.name} <${delivery.address}>` : delivery.name) : delivery.address,
    at: isSent ? (delivery.sentAt ?? delivery.updatedAt) : null,
    readAt: delivery.readAt,
    complainedAt: delivery.complainedAt,
    next: status === 'deferred' ? delivery.nextAttemptAt : null,
    attempts: delivery.attempts,
    reason: (isSent && !isDelayed) || saysAll(delivery.note) ? '' : reasonOf(delivery),
    note: delivery.note,
    decision: delivery.decision,
    isUnknown: status === 'unknown',
    isLate: status === 'deferred' && isLate(delivery.expiresAt, now),
    expiresAt: delivery.expiresAt,
    canRetry: status === 'deferred' || isFailed(status),
    failed: isFailed(status),
    canCancel: status === 'queued' || status === 'deferred' || isFailed(status),
  };
}

/** The other side's words; its status in front when they do not hold it. */
function reasonOf({ enhancedStatus, reason }: Delivery): string {
  if (enhancedStatus === null || reason?.includes(enhancedStatus)) return reason ?? '';
  return `${enhancedStatus} ${reason ?? ''}`.trim();
}
export type DeliveryView = ReturnType<typeof deliveryView>;

const CHIPS: readonly (QueueFilter | null)[] = [
  null,
  'queued',
  'scheduled',
  'deferred',
  'unknown',
  'failed',
  'bounced',
  'sent',
  'delivered',
  'cancelled',
];

/** Reads the filter of the queue's address; null = those that wait or need a person. */
export const readStatus = (text: unknown): QueueFilter | null => QUEUE_FILTERS.find((one) => one === text) ?? null;

const address = (status: QueueFilter | null, cursor: string | null = null): string => {
  const query = new URLSearchParams();
  if (status !== null) query.set('status', status);
  if (cursor !== null) query.set('cursor', cursor);
  return query.size > 0 ? `/deliveries?${query}` : '/deliveries';
};

/** The queue screen; `answerable` are the conversations in which the viewer may decide. */
export function queueView(
  page: Page<QueuedDelivery>,
  answerable: ReadonlySet<ConversationId>,
  status: QueueFilter | null,
  cursor: string | null,
  now: Date,
) {
  return {
    status,
    chips: CHIPS.map((one) => ({ name: one ?? 'waiting', href: address(one), current: one === status })),
    refreshHref: address(status, cursor),
    moreHref: page.next === null ? null : address(status, page.next),
    rows: page.items.map((delivery) => ({
      ...deliveryView(delivery, now),
      mayDecide: answerable.has(delivery.conversationId),
      inbox: delivery.inboxName,
      subject: delivery.subject,
      href: messageHref(delivery.conversationId, delivery.messageId),
      nextAt: isWaiting(delivery.status) ? delivery.nextAttemptAt : null,
      due: isWaiting(delivery.status) && delivery.nextAttemptAt !== null && delivery.nextAttemptAt <= now,
    })),
  };
}
