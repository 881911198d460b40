import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { ConflictError } from '../lib/errors.ts';
import type { ConversationId } from '../lib/ids.ts';
import { changeConversation, lockedConversation, reopened } from './change.ts';
import type { Conversation } from './types.ts';

/** Opens a closed or snoozed conversation again. An open one stays as it is, without an event. Raises not_found, conversation_is_spam. */
export async function reopenConversation(scope: Scope | WriteScope, id: ConversationId): Promise<Conversation> {
  return transact(scope, async (tx) => {
    const conversation = await lockedConversation(tx, id);
    if (conversation.status === 'open') return conversation;
    if (conversation.spam) throw new ConflictError('conversation_is_spam', 'This conversation is in spam', 'Say that it is not spam.');
    tx.emit({ type: 'conversation.reopened', data: { conversationId: id } });
    return changeConversation(tx, conversation, { ...reopened(conversation), reopenings: null, reopeningStoppedAt: null });
  });
}
