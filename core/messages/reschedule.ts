import { lockedHolder } from '../conversations/change.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { moveDeliveries } from '../deliveries/move.ts';
import { isHeld, lockedDeliveries } from '../deliveries/untouched.ts';
import { ConflictError, InvalidError } from '../lib/errors.ts';
import type { MessageId } from '../lib/ids.ts';
import { momentProblem } from '../lib/moment.ts';
import { saveSchedule } from './held-store.ts';
import { findMessage } from './list.ts';

/** Raises invalid for a moment that is over, or more than a year away. */
export function checkMoment(at: Date, now: Date): void {
  const problem = momentProblem(at, now);
  if (problem) throw new InvalidError({ sendAt: `composer.problem.${problem}` });
}

/** Gives a message that nobody has tried to send another moment; null = now. Raises not_found, invalid, message_not_withdrawable. */
export async function rescheduleMessage(scope: Scope | WriteScope, id: MessageId, at: Date | null): Promise<void> {
  await transact(scope, async (tx) => {
    const { id: conversationId } = await lockedHolder(tx, id);
    const { scheduledAt } = await findMessage(tx, id);
    if (at) checkMoment(at, tx.now());
    if (!isHeld(await lockedDeliveries(tx, id)))
      throw new ConflictError('message_not_withdrawable', 'This message is being sent or was sent', 'Reload to see its state.');
    // What was to wait and leaves at once is of this moment, not of when it was written.
    if (at ?? scheduledAt) await saveSchedule(tx, id, at ?? tx.now());
    await moveDeliveries(tx, id, at ?? tx.now());
    tx.emit({ type: 'message.scheduled', data: { conversationId, messageId: id } });
  });
}
