import { lockedHolder } from '../conversations/change.ts';
import { type Scope, transact } from '../db/scope.ts';
import { changeDeliveries } from './change.ts';
import { NOTES } from './notes.ts';
import { deliveriesOfMessages, leftInSending } from './store.ts';

/**
 * What a process was sending when it died may have arrived or not, so it becomes `unknown` and waits for a person; a second mail is never
 * sent by itself. With SQLite every other process is dead, so that is for the start. Answers how many there were.
 */
export async function recoverInterrupted(scope: Scope): Promise<number> {
  let recovered = 0;
  for (let left = await leftInSending(scope); left.length > 0; left = await leftInSending(scope)) {
    for (const [messageId, deliveries] of Map.groupBy(left, (one) => one.messageId)) {
      const patch = {
        status: 'unknown',
        nextAttemptAt: null,
        reason: 'the process stopped while sending',
        enhancedStatus: null,
        note: NOTES.interrupted,
      } as const;
      const ids = new Set(deliveries.map(({ id }) => id));
      recovered += await transact(scope, async (tx) => {
        // First the lock that every change takes: another process may find the same dead at this moment.
        await lockedHolder(tx, messageId);
        const now = (await deliveriesOfMessages(tx, [messageId])).filter(({ id, status }) => ids.has(id) && status === 'sending');
        const changes = now.map((delivery) => ({ delivery, patch }));
        if (changes.length > 0) await changeDeliveries(tx, messageId, changes);
        return changes.length;
      });
    }
  }
  return recovered;
}
