import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { AgentId, ConversationId, MessageId } from '../lib/ids.ts';
import { talkIsRead } from '../notifications/notify-talk.ts';
import { findConversationById, saveRead } from './store.ts';

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
