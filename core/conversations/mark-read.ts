import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { AgentId, ConversationId, MessageId } from '../lib/ids.ts';
import { talkIsRead } from '../notifications/notify-talk.ts';
import { findRead, restoreRead, saveRead } from './reads-store.ts';
import { findConversationById } from './store.ts';

/**
 * Remembers that the agent has read up to `upTo` (default: the newest message). Never moves backwards.
 * Answers whether anything changed. Raises not_found.
 */
export async function markRead(
  scope: Scope | WriteScope,
  id: ConversationId,
  agentId: AgentId,
  upTo: MessageId | null = null,
): Promise<boolean> {
  return transact(scope, async (tx) => {
    const conversation = await findConversationById(tx, id);
    if (!conversation) throw new NotFoundError('Conversation');
    const newest = conversation.lastMessageId;
    await talkIsRead(tx, id, agentId);
    if (newest === null) return false;
    return saveRead(tx, agentId, id, upTo !== null && upTo < newest ? upTo : newest);
  });
}

/** Up to which message the agent has read; null = he never said so. */
export const readUpTo = (scope: Scope, id: ConversationId, agentId: AgentId): Promise<MessageId | null> => findRead(scope, agentId, id);

/** Puts that back where the agent still has read up to `now`; answers whether he had. */
export const unmarkRead = (tx: WriteScope, id: ConversationId, agentId: AgentId, now: MessageId | null, before: MessageId | null) =>
  restoreRead(tx, agentId, id, now, before);
