import { expectUnblocked } from '../blocked-addresses/block.ts';
import { expectPresent, lockedHolder } from '../conversations/change.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { ConflictError, NotFoundError } from '../lib/errors.ts';
import type { DeliveryId } from '../lib/ids.ts';
import { expiryOf } from './backoff.ts';
import { changeDeliveries } from './change.ts';
import { decided } from './settle.ts';
import { findDeliveryById } from './store.ts';
import type { Delivery, DeliveryStatus } from './types.ts';

const RETRYABLE: readonly DeliveryStatus[] = ['queued', 'deferred', 'failed', 'bounced', 'unknown', 'cancelled'];

/** Puts a delivery back into the queue, due now, with four new days. Raises not_found, address_blocked, conversation_in_trash, or delivery_not_retryable while it is sent or was. */
export async function retryDelivery(scope: Scope | WriteScope, id: DeliveryId): Promise<Delivery> {
  return transact(scope, async (tx) => {
    const delivery = await findDeliveryById(tx, id);
    if (!delivery) throw new NotFoundError('Delivery');
    // First the lock: somebody may be putting it into the trash at this moment.
    const conversation = await lockedHolder(tx, delivery.messageId);
    if (conversation.trashedAt) expectPresent(conversation);
    await expectUnblocked(tx, [delivery.address]);
    const now = tx.now();
    const patch = {
      status: 'queued',
      nextAttemptAt: now,
      expiresAt: expiryOf(now),
      attempts: 0,
      note: null,
      // An empty one says that it was tried, when the other side gave none.
      reason: delivery.reason ?? (delivery.attempts > 0 ? '' : null),
      enhancedStatus: delivery.enhancedStatus,
      ...decided(tx, delivery, 'resend'),
    } as const;
    const done = RETRYABLE.includes(delivery.status) ? await changeDeliveries(tx, delivery.messageId, [{ delivery, patch }]) : [];
    if (done.length === 0)
      throw new ConflictError('delivery_not_retryable', 'This delivery is being sent or was sent', 'Reload to see its state.');
    return { ...delivery, ...patch, updatedAt: now };
  });
}
