import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import type { AgentId, ConversationId } from '../lib/ids.ts';
import { notifyOfAssignment } from '../notifications/notify-talk.ts';
import { mayRead } from './allow.ts';
import { changeConversation, lockedConversation } from './change.ts';
import { isActiveAgent } from './store.ts';
import type { Conversation } from './types.ts';

/**
 * Hands a conversation to an agent, or to nobody (null). Same assignee: no change, no event. `isQuiet` = it is one of so many that nobody is
 * told of each. Raises not_found, or invalid for an agent who cannot work or may not see it.
 */
export async function assignConversation(
  scope: Scope | WriteScope,
  id: ConversationId,
  assigneeId: AgentId | null,
  isQuiet = false,
): Promise<Conversation> {
  return transact(scope, async (tx) => {
    const conversation = await lockedConversation(tx, id);
    if (conversation.assigneeId === assigneeId) return conversation;
    if (assigneeId !== null && !(await isActiveAgent(tx, assigneeId))) throw new InvalidError({ assignee: 'conversations.assign.unknown' });
    if (assigneeId !== null && !(await mayRead(tx, assigneeId, id))) throw new InvalidError({ assignee: 'conversations.assign.unseen' });
    tx.emit({ type: 'conversation.assigned', data: { conversationId: id } });
    await notifyOfAssignment(tx, id, assigneeId, isQuiet);
    return changeConversation(tx, conversation, { assigneeId });
  });
}
