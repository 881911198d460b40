import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import { changeConversation, lockedConversation } from './change.ts';
import type { Conversation } from './types.ts';

/** Its contact needs no answer: nobody waits in it any more until he writes again. Where nobody waits, nothing changes and nothing is announced. Raises not_found. */
export async function ignoreConversation(scope: Scope | WriteScope, id: ConversationId): Promise<Conversation> {
  return transact(scope, async (tx) => {
    const conversation = await lockedConversation(tx, id);
    const { waitingSince } = conversation;
    if (waitingSince === null) return conversation;
    tx.emit({ type: 'conversation.ignored', data: { conversationId: id } });
    const by = tx.actor.kind === 'agent' ? tx.actor.id : null;
    return changeConversation(tx, conversation, { waitingSince: null, ignored: { at: tx.now(), by, waitingSince } });
  });
}

/** Takes that back: its contact waits as long as he did. One that nobody ignores stays as it is. Raises not_found. */
export async function unignoreConversation(scope: Scope | WriteScope, id: ConversationId): Promise<Conversation> {
  return transact(scope, async (tx) => {
    const conversation = await lockedConversation(tx, id);
    const { ignored, status } = conversation;
    if (ignored === null) return conversation;
    tx.emit({ type: 'conversation.unignored', data: { conversationId: id } });
    return changeConversation(tx, conversation, { ignored: null, ...(status === 'closed' ? {} : { waitingSince: ignored.waitingSince }) });
  });
}
