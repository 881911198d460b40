import { blockWhenGone } from '../blocked-addresses/block.ts';
import { changeConversation, lockedHolder, reopened } from '../conversations/change.ts';
import { type CounterChanges, deliveryDifference } from '../conversations/counters.ts';
import type { Conversation } from '../conversations/types.ts';
import type { WriteScope } from '../db/scope.ts';
import type { MessageId } from '../lib/ids.ts';
import { notifyOfTrouble, troubleIsOver } from '../notifications/notify.ts';
import type { Trouble, TroubleKind } from '../notifications/types.ts';
import { NOTES } from './notes.ts';
import { type DeliveryPatch, updateDelivery } from './store.ts';
import { type Delivery, isFailed } from './types.ts';

export interface DeliveryChange {
  readonly delivery: Delivery;
  readonly patch: DeliveryPatch;
}

/**
 * The only way deliveries of a message change: writes each patch if the delivery still has the status it was read with, moves the
 * counters, keeps the conversation's number of failures, reopens it when one is new and tells who has to know. Answers the changes that took place.
 */
export async function changeDeliveries(
  tx: WriteScope,
  messageId: MessageId,
  wanted: readonly DeliveryChange[],
): Promise<readonly DeliveryChange[]> {
  if (wanted.length === 0) return [];
  const conversation = await lockedHolder(tx, messageId);
  const done: DeliveryChange[] = [];
  for (const change of wanted) if (await updateDelivery(tx, change.delivery.id, change.delivery.status, change.patch)) done.push(change);
  const counters: CounterChanges = new Map();
  for (const { delivery, patch } of done) deliveryDifference(delivery.status, patch.status, counters);
  const newlyFailed = done.filter(({ delivery, patch }) => isFailed(patch.status) && !isFailed(delivery.status));
  const recovered = done.filter(({ delivery, patch }) => !isFailed(patch.status) && isFailed(delivery.status));
  const failedDeliveries = conversation.failedDeliveries + newlyFailed.length - recovered.length;
  await changeConversation(
    tx,
    conversation,
    {
      ...(failedDeliveries === conversation.failedDeliveries ? {} : { failedDeliveries }),
      ...(newlyFailed.length > 0 ? reopened(conversation) : {}),
    },
    counters,
  );
  for (const { delivery, patch } of newlyFailed)
    if (patch.status !== 'unknown' && !patch.isExpired && patch.aboutRecipient !== false)
      await blockWhenGone(tx, { ...delivery, reason: patch.reason, enhancedStatus: patch.enhancedStatus });
  announce(tx, conversation, done, newlyFailed);
  await notifyOfTrouble(tx, conversation, newlyFailed.map(troubleOf));
  if (recovered.length > 0 && failedDeliveries === 0) await troubleIsOver(tx, conversation.id);
  return done;
}

function troubleKind({ status, isExpired, note }: DeliveryPatch): TroubleKind {
  if (status === 'unknown') return 'delivery_unknown';
  if (note === NOTES.author_left) return 'schedule_orphaned';
  return isExpired ? 'delivery_expired' : 'delivery_failed';
}

const troubleOf = ({ delivery: { messageId, address }, patch }: DeliveryChange): Trouble => ({
  kind: troubleKind(patch),
  messageId,
  address,
  reason: patch.reason,
});

function announce(
  tx: WriteScope,
  conversation: Conversation,
  done: readonly DeliveryChange[],
  newlyFailed: readonly DeliveryChange[],
): void {
  const conversationId = conversation.id;
  for (const change of done) {
    const type = newlyFailed.includes(change) ? 'delivery.failed' : 'delivery.changed';
    tx.emit({ type, data: { conversationId, deliveryId: change.delivery.id } });
  }
  if (newlyFailed.length > 0 && reopened(conversation).status === 'open')
    tx.emit({ type: 'conversation.reopened', data: { conversationId } });
}
