import type { WriteScope } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';
import { changeDeliveries } from './change.ts';
import { NOTES } from './notes.ts';
import { scheduledBy } from './store.ts';
import { isUntouched, lockedDeliveries } from './untouched.ts';

/**
 * Whoever scheduled these messages can no longer answer for them: what waits for its moment is stopped, shown in its conversation and in
 * the queue as needing a person, who sends it, drops it or takes it into a draft of his own.
 */
export async function stopScheduledBy(tx: WriteScope, authorId: AgentId): Promise<void> {
  for (const messageId of await scheduledBy(tx, authorId)) {
    const waiting = (await lockedDeliveries(tx, messageId)).filter(isUntouched);
    const patch = { status: 'failed', nextAttemptAt: null, reason: null, enhancedStatus: null, note: NOTES.author_left } as const;
    const changes = waiting.map((delivery) => ({ delivery, patch }));
    await changeDeliveries(tx, messageId, changes);
  }
}
