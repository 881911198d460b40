import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { ConflictError, NotFoundError } from '../lib/errors.ts';
import type { DeliveryId } from '../lib/ids.ts';
import { changeDeliveries } from './change.ts';
import { decided } from './settle.ts';
import { findDeliveryById } from './store.ts';
import type { Delivery, DeliveryStatus } from './types.ts';

const CANCELLABLE: readonly DeliveryStatus[] = ['queued', 'deferred', 'failed', 'bounced', 'unknown'];

/**
 * Decides that a delivery is not to be tried any more; of a failed one, that its failure needs no more attention.
 * A cancelled one stays as it is. Raises not_found, or delivery_not_cancellable while it is sent or was.
 */
export async function cancelDelivery(scope: Scope | WriteScope, id: DeliveryId): Promise<Delivery> {
  return transact(scope, async (tx) => {
    const delivery = await findDeliveryById(tx, id);
    if (!delivery) throw new NotFoundError('Delivery');
    if (delivery.status === 'cancelled') return delivery;
    const patch = {
      status: 'cancelled',
      nextAttemptAt: null,
      reason: delivery.reason,
      enhancedStatus: delivery.enhancedStatus,
      ...decided(tx, delivery, 'dismiss'),
    } as const;
    const done = CANCELLABLE.includes(delivery.status) ? await changeDeliveries(tx, delivery.messageId, [{ delivery, patch }]) : [];
    if (done.length === 0)
      throw new ConflictError('delivery_not_cancellable', 'This delivery is being sent or was sent', 'Reload to see its state.');
    return { ...delivery, ...patch, updatedAt: tx.now() };
  });
}
