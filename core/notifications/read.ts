import { mayRead } from '../conversations/allow.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { AgentId, NotificationId } from '../lib/ids.ts';
import { deleteReadBefore, findOf, markOf } from './store.ts';
import type { Notification } from './types.ts';

/** Marks one of the agent's own as read. Raises not_found, also when he may not see its conversation any more. */
export async function readNotification(scope: Scope | WriteScope, agentId: AgentId, id: NotificationId): Promise<Notification> {
  return transact(scope, async (tx) => {
    const found = await findOf(tx, agentId, id);
    if (!found || !(await mayRead(tx, agentId, found.conversationId))) throw new NotFoundError('Notification');
    const isNews = (await markOf(tx, agentId, id)) > 0;
    if (isNews) tx.emit({ type: 'notifications.changed', data: { agentIds: [agentId] } });
    return isNews ? { ...found, readAt: tx.now() } : found;
  });
}

/** Marks all of the agent's as read; answers how many were not. */
export async function readAllNotifications(scope: Scope | WriteScope, agentId: AgentId): Promise<number> {
  return transact(scope, async (tx) => {
    const count = await markOf(tx, agentId, null);
    if (count > 0) tx.emit({ type: 'notifications.changed', data: { agentIds: [agentId] } });
    return count;
  });
}

const KEPT_DAYS = 90;
const BATCH = 500;

/** Deletes what was read over 90 days ago; what nobody has read stays. Answers how many there were. */
export async function forgetOldNotifications(scope: Scope): Promise<number> {
  const before = new Date(scope.now().getTime() - KEPT_DAYS * 86_400_000);
  for (let total = 0; ; ) {
    const count = await transact(scope, (tx) => deleteReadBefore(tx, before, BATCH));
    total += count;
    if (count < BATCH) return total;
  }
}
