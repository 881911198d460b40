import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { ConflictError, NotFoundError } from '../lib/errors.ts';
import type { DeliveryId } from '../lib/ids.ts';
import { changeDeliveries } from './change.ts';
import { findDeliveryById } from './store.ts';
import type { Decision, Delivery } from './types.ts';

/** A person knows that a delivery of unknown fate arrived: it counts as sent, and who said so is kept. Raises not_found, delivery_not_unknown. */
export async function settleDelivery(scope: Scope | WriteScope, id: DeliveryId): Promise<Delivery> {
  return transact(scope, async (tx) => {
    const delivery = await findDeliveryById(tx, id);
    if (!delivery) throw new NotFoundError('Delivery');
    const patch = {
      status: 'sent',
      nextAttemptAt: null,
      sentAt: delivery.updatedAt,
      reason: delivery.reason,
      enhancedStatus: delivery.enhancedStatus,
      ...decided(tx, delivery, 'sent'),
    } as const;
    const done = delivery.status === 'unknown' ? await changeDeliveries(tx, delivery.messageId, [{ delivery, patch }]) : [];
    if (done.length === 0)
      throw new ConflictError('delivery_not_unknown', 'The fate of this delivery is known', 'Reload to see its state.');
    return { ...delivery, ...patch, updatedAt: tx.now() };
  });
}

/** What is kept of a person's decision about a delivery that failed or whose fate is unknown; nothing of the machine's own. */
export const decided = (tx: WriteScope, { status }: Delivery, what: Decision['what']): { readonly decision?: Decision } =>
  tx.actor.kind === 'agent' && (status === 'unknown' || status === 'failed' || status === 'bounced')
    ? { decision: { what, by: tx.actor.id, name: '', at: tx.now() } }
    : {};
