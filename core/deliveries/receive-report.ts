import { addressKey } from '../contacts/address.ts';
import type { WriteScope } from '../db/scope.ts';
import type { InboxId } from '../lib/ids.ts';
import { storable } from '../lib/text.ts';
import { messagesWithIds } from '../messages/match.ts';
import type { DeliveryReport } from '../plugins/contract.ts';
import { changeDeliveries } from './change.ts';
import { NOTES } from './notes.ts';
import { NO_TOKENS, type ReturnTokens } from './return-token.ts';
import { type DeliveryPatch, deliveriesOfMessages, findDeliveryById } from './store.ts';
import type { Delivery } from './types.ts';

const MAX_REASON_CHARS = 1_000;

/**
 * Applies what another system reports about a message of ours (RFC 3464). The report must come to a return address that we made, or name
 * an id that we gave in this inbox; of several recipients it must name one. Otherwise it is `unmatched`, nothing changes, and `reason`
 * says why.
 */
export async function receiveReport(
  tx: WriteScope,
  inboxId: InboxId,
  report: DeliveryReport,
  tokens: Pick<ReturnTokens, 'read'> = NO_TOKENS,
): Promise<{ readonly status: 'report'; readonly reason: string | null; readonly unmatched: boolean }> {
  const deliveries = await reportedDeliveries(tx, inboxId, report, tokens);
  if (!deliveries) return { status: 'report', reason: 'about a message that this inbox did not send', unmatched: true };
  const delivery = reported(deliveries, report.about.recipient);
  if (!delivery) return { status: 'report', reason: 'about a recipient that the message did not have', unmatched: true };
  const patch = patchOf(delivery, report, tx.now());
  if (patch) await changeDeliveries(tx, delivery.messageId, [{ delivery, patch }]);
  return { status: 'report', reason: patch ? null : `the delivery is ${delivery.status} already`, unmatched: false };
}

/** The deliveries that the report can be about; null when it is about nothing that this inbox sent. */
async function reportedDeliveries(
  tx: WriteScope,
  inboxId: InboxId,
  { about }: DeliveryReport,
  tokens: Pick<ReturnTokens, 'read'>,
): Promise<readonly Delivery[] | null> {
  const returned = about.returnToken === undefined ? null : tokens.read(about.returnToken);
  if (returned?.kind === 'delivery') {
    const delivery = await findDeliveryById(tx, returned.id);
    if (delivery?.inboxId === inboxId) return [delivery];
  }
  if (returned?.kind === 'message') {
    const deliveries = await deliveriesOfMessages(tx, [returned.id]);
    if (deliveries.some((one) => one.inboxId === inboxId)) return deliveries;
  }
  if (about.externalId === null) return null;
  const ours = (await messagesWithIds(tx, inboxId, [about.externalId])).find((one) => one.direction === 'outbound');
  return ours ? deliveriesOfMessages(tx, [ours.messageId]) : null;
}

/** A sole recipient needs no name: forwarders report under the address they forwarded to. */
function reported(deliveries: readonly Delivery[], recipient: string | null): Delivery | undefined {
  if (deliveries.length === 1) return deliveries[0];
  return recipient === null ? undefined : deliveries.find((one) => addressKey(one.address) === addressKey(recipient));
}

/** Null when the report is no news: it came late, or twice. What a person cancelled stays cancelled. */
function patchOf(delivery: Delivery, report: DeliveryReport, now: Date): DeliveryPatch | null {
  if (report.outcome === 'noted') return null;
  const told = { nextAttemptAt: null, reason: reasonOf(report), enhancedStatus: report.status === null ? null : storable(report.status) };
  const isFinal = delivery.status === 'bounced' || delivery.status === 'failed' || delivery.status === 'cancelled';
  if (report.outcome === 'deferred') return delivery.status === 'sent' ? { ...told, status: 'sent', note: NOTES.delayed } : null;
  if (report.outcome === 'bounced')
    return isFinal ? null : { ...told, status: 'bounced', ...withoutDelay(delivery), ...ofAnother(delivery, report) };
  if (isFinal) return null;
  const arrived = { ...told, status: 'delivered', ...withoutDelay(delivery) } as const;
  if (report.outcome === 'read' && delivery.readAt === null) return { ...arrived, readAt: now };
  if (report.outcome === 'complained' && delivery.complainedAt === null) return { ...arrived, complainedAt: now };
  // What was noted about the way there ("he has left") is over.
  return delivery.status === 'delivered' ? null : { ...told, status: 'delivered', note: null };
}

/** It came to him, and was forwarded from there to an address that is gone. */
function ofAnother({ address }: Delivery, { about }: DeliveryReport): { readonly aboutRecipient?: false } {
  const failed = about.passedOnTo ?? about.recipient;
  return failed === null || addressKey(failed) === addressKey(address) ? {} : { aboutRecipient: false };
}

const withoutDelay = ({ note }: Delivery): { readonly note?: null } => (note === NOTES.delayed ? { note: null } : {});

const reasonOf = (report: DeliveryReport): string | null =>
  report.diagnostic === null ? null : storable(report.diagnostic).trim().slice(0, MAX_REASON_CHARS) || null;
