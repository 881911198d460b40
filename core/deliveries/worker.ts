import { setTimeout as delay } from 'node:timers/promises';
import { BlobMissingError } from '../blobs/blobs.ts';
import { blockedAmong } from '../blocked-addresses/block.ts';
import { addressKey } from '../contacts/address.ts';
import { type Scope, transact } from '../db/scope.ts';
import { NotFoundError, TemporaryError } from '../lib/errors.ts';
import type { DeliveryId, InboxId, MessageId } from '../lib/ids.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import { outOfWork } from '../lib/log-context.ts';
import { WithheldError } from '../messages/withheld.ts';
import type { OutboundMessage, SendResult } from '../plugins/contract.ts';
import { type BlobFiles, composeMessage, ForwardedGoneError } from './compose.ts';
import { claimDue, nextDueAt, type Taken } from './due-store.ts';
import { NOTES } from './notes.ts';
import { type AttemptOutcome, recordOutcomes } from './record.ts';
import { recoverInterrupted } from './recover.ts';
import type { ReturnTokens } from './return-token.ts';
import type { Delivery } from './types.ts';

export interface DeliveryWorkerOptions {
  readonly scope: Scope;
  /** Hands the message to the inbox's channel. Raises TemporaryError when the channel cannot be asked now. */
  readonly send: (inboxId: InboxId, message: OutboundMessage, signal: AbortSignal) => Promise<readonly SendResult[]>;
  readonly blobs: BlobFiles;
  /** Absent: return addresses name nothing. */
  readonly tokens?: ReturnTokens;
  readonly log: Log;
  /** Messages of one inbox sent at the same time; default 4. */
  readonly concurrency?: number;
  /** After how long an outcome that could not be recorded is recorded again; after the last one as often until it is. */
  readonly recordAgainMs?: readonly number[];
}

export interface DeliveryWorker {
  /** Look now: something was queued. */
  wake(): void;
  /** Takes nothing new, gives running attempts `graceMs` (default 10 s) to end, then aborts them. */
  stop(graceMs?: number): Promise<void>;
}

type Claimed = readonly [Delivery, ...Delivery[]];

const LEASE_MS = 15 * 60_000;
const SEND_TIMEOUT_MS = 10 * 60_000;
const LONGEST_SLEEP_MS = 60_000;
/** Messages of all inboxes sent at the same time. */
const MOST_AT_ONCE = 64;
const AFTER_ERROR_MS = 5_000;
/** So often one of several processes looks whether another died while it sent. */
const DEATHS_MS = 3_000;
const RECORD_AGAIN_MS = [100, 500, 2_000, 10_000, 30_000, 60_000] as const;

/** Sends what is due, message by message, and records what became of each recipient, until stopped. */
export function startDeliveryWorker(options: DeliveryWorkerOptions): DeliveryWorker {
  const { scope, log, concurrency = 4 } = options;
  const aborting = new AbortController();
  const running = new Map<MessageId, Promise<void>>();
  /** Who holds a place. One that is sent, and waits for the database only, has given it to others. */
  const places = new Map<MessageId, InboxId>();
  const isFull = (): boolean => places.size >= MOST_AT_ONCE;
  /** A server that does not answer holds up the mail of its own inbox only. */
  const taken = (): Taken => {
    const counts = Map.groupBy(places.values(), (id) => id);
    return { messages: [...running.keys()], inboxes: [...counts].flatMap(([id, { length }]) => (length >= concurrency ? [id] : [])) };
  };
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | null = null;
  let again = false;

  const take = async (): Promise<boolean> => {
    const leaseUntil = new Date(scope.now().getTime() + LEASE_MS);
    const [first, ...others] = await transact(scope, (tx) => claimDue(tx, leaseUntil, taken()));
    if (!first) return false;
    const isLate = (): void => {
      places.delete(first.messageId);
      wake();
    };
    places.set(first.messageId, first.inboxId);
    const attempt = attemptMessage(options, [first, ...others], aborting.signal, isLate).finally(() => {
      running.delete(first.messageId);
      places.delete(first.messageId);
      wake();
    });
    running.set(first.messageId, attempt);
    return true;
  };

  const look = async (): Promise<void> => {
    do {
      again = false;
      while (!stopping && !isFull() && (await take()));
    } while (again && !stopping);
    if (stopping || isFull()) return;
    const due = await nextDueAt(scope, taken());
    const wait = due ? due.getTime() - scope.now().getTime() : LONGEST_SLEEP_MS;
    sleep(Math.min(Math.max(wait, 50), LONGEST_SLEEP_MS));
  };

  const sleep = (ms: number): void => {
    clearTimeout(timer);
    if (!stopping) timer = setTimeout(wake, ms).unref();
  };

  const wake = (): void => {
    again = true;
    if (looking || stopping) return;
    // The mail of others comes after that of whoever woke it.
    looking = outOfWork(look)
      .catch((error: unknown) => {
        log.error('delivery_worker_failed', errorFacts(error));
        sleep(AFTER_ERROR_MS);
      })
      .finally(() => {
        looking = null;
        if (again && !stopping && !isFull()) sleep(0);
      });
  };

  const recover = (): Promise<void> =>
    recoverInterrupted(scope)
      .then((count) => {
        if (count > 0) log.warn('deliveries_interrupted', { count });
      })
      .catch((error: unknown) => log.error('delivery_recovery_failed', errorFacts(error)));
  looking = recover().finally(() => {
    looking = null;
    wake();
  });
  let recovering: Promise<void> = looking;
  const lookForDeaths = (): void => {
    recovering = recovering.then(recover);
  };
  const hasOthers = typeof scope.claimant === 'number';
  const deaths = hasOthers ? setInterval(lookForDeaths, DEATHS_MS).unref() : undefined;

  return {
    wake,
    stop: async (graceMs = 10_000) => {
      stopping = true;
      clearTimeout(timer);
      clearInterval(deaths);
      await Promise.all([looking, recovering]);
      const abort = setTimeout(() => aborting.abort(), graceMs);
      await Promise.all(running.values());
      clearTimeout(abort);
    },
  };
}

async function attemptMessage(options: DeliveryWorkerOptions, claimed: Claimed, stop: AbortSignal, isLate: () => void): Promise<void> {
  const { log } = options;
  const [{ messageId, inboxId }] = claimed;
  try {
    const outcomes = await unblockedOutcomes(options, claimed, AbortSignal.any([stop, AbortSignal.timeout(SEND_TIMEOUT_MS)]));
    await recordSurely(options, claimed, outcomes, stop, isLate);
    log.info('delivery_attempted', { message: messageId, inbox: inboxId, outcomes: [...outcomes.values()].map((one) => one.state) });
  } catch (error) {
    log.error('delivery_not_recorded', { message: messageId, ...errorFacts(error) });
  }
}

/**
 * What was sent cannot be unsent, so a database that is away must not lose the outcome: it is recorded as soon as it is back, however long
 * that takes, or the recipient's state would be "sending" until the next start. `isLate` is called when it takes more than a moment.
 */
async function recordSurely(
  { scope, log, recordAgainMs = RECORD_AGAIN_MS }: DeliveryWorkerOptions,
  claimed: Claimed,
  outcomes: ReadonlyMap<DeliveryId, AttemptOutcome>,
  stop: AbortSignal,
  isLate: () => void,
): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await recordOutcomes(scope, claimed, outcomes);
    } catch (error) {
      // Of a message that is gone nothing is to be recorded.
      if (stop.aborted || error instanceof NotFoundError) throw error;
      log.warn('delivery_record_postponed', { message: claimed[0].messageId, ...errorFacts(error) });
      if (tries === recordAgainMs.length) isLate();
      await delay(recordAgainMs[tries] ?? recordAgainMs.at(-1), undefined, { signal: stop }).catch(() => {});
    }
  }
}

/** An address that was blocked while its messages waited gets none of them. */
async function unblockedOutcomes(
  options: DeliveryWorkerOptions,
  claimed: Claimed,
  signal: AbortSignal,
): Promise<ReadonlyMap<DeliveryId, AttemptOutcome>> {
  const addresses = claimed.map(({ address }) => address);
  const blocked = new Set((await blockedAmong(options.scope, addresses).catch(() => [])).map(({ address }) => address));
  const refused: AttemptOutcome = {
    state: 'refused',
    reason: 'nothing is sent to this address: it is blocked',
    status: null,
    note: NOTES.blocked,
  };
  const stopped = claimed.filter(({ address }) => blocked.has(addressKey(address)));
  const [first, ...others] = claimed.filter((delivery) => !stopped.includes(delivery));
  const sent = first ? await outcomesOf(options, [first, ...others], signal) : [];
  return new Map([...sent, ...stopped.map(({ id }) => [id, refused] as const)]);
}

async function outcomesOf(
  { scope, send, blobs, log, tokens }: DeliveryWorkerOptions,
  claimed: Claimed,
  signal: AbortSignal,
): Promise<ReadonlyMap<DeliveryId, AttemptOutcome>> {
  const all = (outcome: AttemptOutcome) => new Map(claimed.map((delivery) => [delivery.id, outcome]));
  let message: OutboundMessage;
  try {
    message = await composeMessage(scope, blobs, claimed, tokens);
  } catch (error) {
    if (error instanceof BlobMissingError) return all({ state: 'refused', reason: error.message, status: null, note: NOTES.file_missing });
    if (error instanceof WithheldError) return all({ state: 'refused', reason: error.message, status: null, note: NOTES.infected });
    if (error instanceof ForwardedGoneError)
      return all({ state: 'refused', reason: 'the mail that it forwards is deleted', status: null, note: NOTES.forwarded_gone });
    log.error('delivery_not_composed', { message: claimed[0].messageId, ...errorFacts(error) });
    return all({ state: 'deferred', reason: 'the message could not be put together', status: null, note: NOTES.not_composed });
  }
  try {
    const results = await send(claimed[0].inboxId, message, signal);
    return new Map(results.map((result) => [result.deliveryId, result.outcome]));
  } catch (error) {
    if (error instanceof TemporaryError) return all({ state: 'held', reason: error.message });
    log.error('delivery_broke', { message: claimed[0].messageId, ...errorFacts(error) });
    return all({ state: 'unknown', reason: `an error while sending: ${errorFacts(error).error}`, note: NOTES.broke });
  }
}
