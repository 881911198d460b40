import { type Scope, transact } from '../db/scope.ts';
import { changeDeliveries } from './change.ts';
import { leftInSending } from './store.ts';

/**
 * For the start of the process: what an earlier one was sending when it stopped may have arrived or not, so it becomes
 * `unknown` and waits for a person; a second mail is never sent by itself. Answers how many there were.
 */
export async function recoverInterrupted(scope: Scope): Promise<number> {
  let recovered = 0;
  for (let left = await leftInSending(scope); left.length > 0; left = await leftInSending(scope)) {
    for (const [messageId, deliveries] of Map.groupBy(left, (one) => one.messageId)) {
      const patch = { status: 'unknown', nextAttemptAt: null, reason: 'the process stopped while sending', enhancedStatus: null } as const;
      await transact(scope, (tx) =>
        changeDeliveries(
          tx,
          messageId,
          deliveries.map((delivery) => ({ delivery, patch })),
        ),
      );
      recovered += deliveries.length;
    }
  }
  return recovered;
}
