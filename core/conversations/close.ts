import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import { changeConversation, lockedConversation } from './change.ts';
import type { Conversation } from './types.ts';

/** Closes a conversation; nobody waits in it any more. Closing a closed one changes nothing and announces nothing. Raises not_found. */
export async function closeConversation(scope: Scope | WriteScope, id: ConversationId): Promise<Conversation> {
  return transact(scope, async (tx) => {
    const conversation = await lockedConversation(tx, id);
    if (conversation.status === 'closed') return conversation;
    tx.emit({ type: 'conversation.closed', data: { conversationId: id } });
    return changeConversation(tx, conversation, { status: 'closed', closedAt: tx.now(), waitingSince: null });
  });
}
