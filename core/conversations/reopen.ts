import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import { changeConversation, expectPresent, lockedConversation, reopened } from './change.ts';
import type { Conversation } from './types.ts';

/** Opens a closed or snoozed conversation again. An open one stays as it is, without an event. Raises not_found, conversation_is_spam, conversation_in_trash. */
export async function reopenConversation(scope: Scope | WriteScope, id: ConversationId): Promise<Conversation> {
  return transact(scope, async (tx) => {
    const conversation = await lockedConversation(tx, id);
    if (conversation.status === 'open') return conversation;
    expectPresent(conversation);
    tx.emit({ type: 'conversation.reopened', data: { conversationId: id } });
    return changeConversation(tx, conversation, { ...reopened(conversation), reopenings: null, reopeningStoppedAt: null });
  });
}
