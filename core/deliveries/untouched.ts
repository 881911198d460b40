import type { WriteScope } from '../db/scope.ts';
import type { MessageId } from '../lib/ids.ts';
import { MAX_UNDO_SECONDS } from '../settings/general.ts';
import { NOTES } from './notes.ts';
import { lockDeliveriesOfMessage } from './store.ts';
import type { Delivery } from './types.ts';

type Tried = Pick<Delivery, 'status' | 'attempts' | 'reason' | 'note'>;

/** A delivery that a person queued again, or dropped, keeps the reason of the failure before; one that failed without a word has an empty one. */
const wasNeverTried = ({ attempts, reason }: Tried): boolean => attempts === 0 && reason === null;

/** Nobody has tried to send it: it waits for its first attempt. */
export const isUntouched = (one: Tried): boolean => one.status === 'queued' && wasNeverTried(one);

/** Cancelled before anybody tried: of one that is merely dropped after a failure the recipient may have the mail. */
const isDroppedUntouched = (one: Tried): boolean => one.status === 'cancelled' && wasNeverTried(one);

/** Whoever leaves only after this moment was not just sent: its author chose when. */
export const scheduledAfter = (now: Date): Date => new Date(now.getTime() + MAX_UNDO_SECONDS * 1_000);

/** Waits for a moment that its author chose. */
export const isScheduled = (delivery: Tried & Pick<Delivery, 'nextAttemptAt'>, now: Date): boolean =>
  isUntouched(delivery) && delivery.nextAttemptAt !== null && delivery.nextAttemptAt > scheduledAfter(now);

/** Stopped before anybody tried to send it; a person decides what becomes of it. */
export const isStopped = ({ status, attempts, note }: Tried): boolean =>
  status === 'failed' && attempts === 0 && note === NOTES.author_left;

/** Nobody outside can have the message: it waits for a moment that its author chose, or was stopped or cancelled before any attempt. */
export const isUnsent = (deliveries: readonly (Tried & Pick<Delivery, 'nextAttemptAt'>)[], now: Date): boolean =>
  deliveries.length > 0 && deliveries.every((one) => isScheduled(one, now) || isStopped(one) || isDroppedUntouched(one));

/** The message waits for its moment: no attempt was begun for any of its recipients. */
export const isHeld = (deliveries: readonly Tried[]): boolean =>
  deliveries.length > 0 && deliveries.every((one) => isUntouched(one) || isDroppedUntouched(one)) && deliveries.some(isUntouched);

/** The message can still be taken back: no attempt was ever begun, it waits or was stopped. */
export const isWithdrawable = (deliveries: readonly Tried[]): boolean =>
  deliveries.every((one) => isUntouched(one) || isStopped(one) || isDroppedUntouched(one)) &&
  deliveries.some((one) => isUntouched(one) || isStopped(one));

/** The deliveries of a message, locked: no worker takes one until this transaction ends; one that was taken before says so. */
export const lockedDeliveries = (tx: WriteScope, id: MessageId): Promise<readonly Delivery[]> => lockDeliveriesOfMessage(tx, id);
