import { addressKey } from '../contacts/address.ts';
import type { WriteScope } from '../db/scope.ts';
import type { InboxId } from '../lib/ids.ts';
import { storable } from '../lib/text.ts';
import { messagesWithIds } from '../messages/match.ts';
import type { DeliveryReport } from '../plugins/contract.ts';
import { changeDeliveries } from './change.ts';
import { type DeliveryPatch, deliveriesOfMessages } from './store.ts';
import type { Delivery } from './types.ts';

const MAX_REASON_CHARS = 1_000;

/**
 * Applies what another system reports about a message of ours (RFC 3464). The report must name an id that we gave in this
 * inbox; of several recipients it must name one. Otherwise it is `unmatched`, nothing changes, and `reason` says why.
 */
export async function receiveReport(
  tx: WriteScope,
  inboxId: InboxId,
  report: DeliveryReport,
): Promise<{ readonly status: 'report'; readonly reason: string | null; readonly unmatched: boolean }> {
  const ours = (await messagesWithIds(tx, inboxId, [report.about.externalId])).find((one) => one.direction === 'outbound');
  if (!ours) return { status: 'report', reason: 'about a message that this inbox did not send', unmatched: true };
  const delivery = reported(await deliveriesOfMessages(tx, [ours.messageId]), report.about.recipient);
  if (!delivery) return { status: 'report', reason: 'about a recipient that the message did not have', unmatched: true };
  const patch = patchOf(delivery, report);
  if (patch) await changeDeliveries(tx, delivery.conversationId, [{ delivery, patch }]);
  return { status: 'report', reason: patch ? null : `the delivery is ${delivery.status} already`, unmatched: false };
}

/** A sole recipient needs no name: forwarders report under the address they forwarded to. */
function reported(deliveries: readonly Delivery[], recipient: string | null): Delivery | undefined {
  if (deliveries.length === 1) return deliveries[0];
  return recipient === null ? undefined : deliveries.find((one) => addressKey(one.address) === addressKey(recipient));
}

/** Null when the report is no news: it came late, or twice. What a person cancelled stays cancelled. */
function patchOf(delivery: Delivery, report: DeliveryReport): DeliveryPatch | null {
  const told = { nextAttemptAt: null, reason: reasonOf(report), enhancedStatus: report.status === null ? null : storable(report.status) };
  const isFinal = delivery.status === 'bounced' || delivery.status === 'failed' || delivery.status === 'cancelled';
  if (report.outcome === 'bounced') return isFinal ? null : { ...told, status: 'bounced' };
  if (report.outcome === 'deferred') return delivery.status === 'sent' ? { ...told, status: 'sent' } : null;
  return isFinal || delivery.status === 'delivered' ? null : { ...told, status: 'delivered' };
}

const reasonOf = (report: DeliveryReport): string | null =>
  report.diagnostic === null ? null : storable(report.diagnostic).trim().slice(0, MAX_REASON_CHARS) || null;
