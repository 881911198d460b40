import type { WriteScope } from '../db/scope.ts';
import type { ConversationId, InboxId, MessageId } from '../lib/ids.ts';
import { expiryOf } from './backoff.ts';
import { insertDeliveries, type NewDelivery } from './store.ts';
import type { Delivery } from './types.ts';

/** One queued delivery for each recipient of a new message, due at once or at `notBefore`. Counters are moved by the writer of the message. */
export async function insertQueuedDeliveries(
  tx: WriteScope,
  message: { readonly id: MessageId; readonly conversationId: ConversationId; readonly inboxId: InboxId },
  recipients: readonly NewDelivery[],
  notBefore: Date | null,
): Promise<readonly Delivery[]> {
  const firstAttemptAt = notBefore ?? tx.now();
  return insertDeliveries(tx, message, recipients, { firstAttemptAt, expiresAt: expiryOf(firstAttemptAt) });
}
