import { lockedHolder } from '../conversations/change.ts';
import { type Scope, transact } from '../db/scope.ts';
import { changeDeliveries } from './change.ts';
import { dueByNow } from './due-store.ts';
import { NOTES } from './notes.ts';
import { deliveriesOfMessages, leftInSending } from './store.ts';
import type { Delivery, DeliveryStatus } from './types.ts';

interface Doubt {
  /** Those that are in doubt, some at a time; each is in it no more once it is unknown. */
  readonly find: (scope: Scope) => Promise<readonly Delivery[]>;
  readonly statuses: readonly DeliveryStatus[];
  readonly reason: string;
  readonly note: string;
}

/**
 * What a process was sending when it died may have arrived or not, so it becomes `unknown` and waits for a person; a second mail is never
 * sent by itself. With SQLite every other process is dead, so that is for the start. Answers how many there were.
 */
export const recoverInterrupted = (scope: Scope): Promise<number> =>
  doubt(scope, { find: leftInSending, statuses: ['sending'], reason: 'the process stopped while sending', note: NOTES.interrupted });

/**
 * What was due when a backup was made was sent after it, or was not: once that backup stands in the place of the data a person decides. What
 * is due later waits for its time. Before the first look of the worker. Answers how many there were.
 */
export const doubtRestored = (scope: Scope): Promise<number> =>
  doubt(scope, { find: dueByNow, statuses: ['queued', 'deferred'], reason: 'restored from a backup', note: NOTES.restored });

async function doubt(scope: Scope, { find, statuses, reason, note }: Doubt): Promise<number> {
  let count = 0;
  for (let left = await find(scope); left.length > 0; left = await find(scope)) {
    for (const [messageId, deliveries] of Map.groupBy(left, (one) => one.messageId)) {
      const patch = { status: 'unknown', nextAttemptAt: null, reason, enhancedStatus: null, note } as const;
      const ids = new Set(deliveries.map(({ id }) => id));
      count += await transact(scope, async (tx) => {
        // First the lock that every change takes: another process may find the same at this moment.
        await lockedHolder(tx, messageId);
        const now = (await deliveriesOfMessages(tx, [messageId])).filter(({ id, status }) => ids.has(id) && statuses.includes(status));
        const changes = now.map((delivery) => ({ delivery, patch }));
        if (changes.length > 0) await changeDeliveries(tx, messageId, changes);
        return changes.length;
      });
    }
  }
  return count;
}
