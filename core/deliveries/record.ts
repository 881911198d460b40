import { lockedHolder } from '../conversations/change.ts';
import { type Scope, transact } from '../db/scope.ts';
import { unreachable } from '../lib/errors.ts';
import type { DeliveryId } from '../lib/ids.ts';
import { storable } from '../lib/text.ts';
import type { SendOutcome } from '../plugins/contract.ts';
import { nextAttempt } from './backoff.ts';
import { changeDeliveries } from './change.ts';
import { NOTES } from './notes.ts';
import { type DeliveryPatch, deliveriesOfMessages } from './store.ts';
import type { Delivery } from './types.ts';

const MAX_REASON_CHARS = 1_000;

/** What became of an attempt: an answer of the channel, or `held` when it was not asked at all and the attempt does not count. */
export type AttemptOutcome =
  | SendOutcome
  | { readonly state: 'held'; readonly reason: string }
  | { readonly state: 'unknown'; readonly reason: string; readonly note: string };

/**
 * Records what became of deliveries of one message, each by itself, in one transaction. One without an outcome is unknown.
 * A report that was faster than the answer is left alone.
 */
export async function recordOutcomes(
  scope: Scope,
  claimed: readonly [Delivery, ...Delivery[]],
  outcomes: ReadonlyMap<DeliveryId, AttemptOutcome>,
): Promise<void> {
  const [{ messageId }] = claimed;
  const ids = new Set(claimed.map((delivery) => delivery.id));
  await transact(scope, async (tx) => {
    // First the lock that every change takes: another process may be calling ours dead at this moment.
    await lockedHolder(tx, messageId);
    const now = (await deliveriesOfMessages(tx, [messageId])).filter((one) => ids.has(one.id) && isOpenToOutcome(one));
    const changes = now.map((delivery) => ({
      delivery,
      patch: patchOf(
        delivery,
        outcomes.get(delivery.id) ?? { state: 'unknown', reason: 'the channel gave no answer for this recipient', note: NOTES.no_answer },
        tx.now(),
      ),
    }));
    await changeDeliveries(tx, messageId, changes);
  });
}

// `unknown` when another process took ours for dead.
const isOpenToOutcome = ({ status }: Delivery): boolean => status === 'sending' || status === 'unknown';

function patchOf(delivery: Delivery, outcome: AttemptOutcome, now: Date): DeliveryPatch {
  const note = 'note' in outcome ? (outcome.note ?? null) : null;
  const none = { nextAttemptAt: null, enhancedStatus: null, note };
  switch (outcome.state) {
    case 'accepted':
      return { ...none, status: 'sent', reason: clean(outcome.reply), sentAt: now };
    case 'refused': {
      const refused = { ...none, status: 'failed', reason: clean(outcome.reason), enhancedStatus: statusOf(outcome.status) } as const;
      return outcome.aboutRecipient === false ? { ...refused, aboutRecipient: false } : refused;
    }
    case 'unknown':
      return { ...none, status: 'unknown', reason: clean(outcome.reason) };
    case 'deferred': {
      const next = nextAttempt(delivery.attempts, now, delivery.expiresAt, outcome.retryInMs);
      return later(outcome.reason, statusOf(outcome.status), note, next);
    }
    case 'held': {
      const patch = later(outcome.reason, null, NOTES.held, nextAttempt(1, now, delivery.expiresAt));
      return { ...patch, attempts: Math.max(delivery.attempts - 1, 0) };
    }
    default:
      return unreachable(outcome);
  }
}

/** What was noted of a single attempt says that there will be another: of the last one only that time is over. */
function later(said: string, enhancedStatus: string | null, note: string | null, next: Date | null): DeliveryPatch {
  const reason = clean(said);
  if (next) return { status: 'deferred', nextAttemptAt: next, reason, enhancedStatus, note };
  return { status: 'failed', isExpired: true, nextAttemptAt: null, reason, enhancedStatus, note: NOTES.expired };
}

const clean = (text: string): string => storable(text).trim().slice(0, MAX_REASON_CHARS).toWellFormed();
const statusOf = (status: string | null): string | null => (status === null ? null : clean(status).slice(0, 20));
