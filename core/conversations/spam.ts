import type { WriteScope } from '../db/scope.ts';
import { forgetMessages, indexMessages } from '../search/index-conversation.ts';
import { changeConversation } from './change.ts';
import type { Conversation, ConversationSpam } from './types.ts';

/** Takes a locked conversation out of every ordinary list, counter and search. One that is in spam already stays as it is. */
export async function hideAsSpam(
  tx: WriteScope,
  before: Conversation,
  { reason, score }: Omit<ConversationSpam, 'at'>,
): Promise<Conversation> {
  if (before.spam) return before;
  await forgetMessages(tx, before.id);
  tx.emit({ type: 'spam.hidden', data: { conversationId: before.id } });
  const spam = { at: tx.now(), reason, score };
  return changeConversation(tx, before, { status: 'closed', closedAt: before.closedAt ?? tx.now(), waitingSince: null, spam });
}

/** Brings a locked conversation back among the open ones, findable again; `waitingSince`: of whoever waits in it for an answer. One that is not in spam stays as it is. */
export async function showAgain(tx: WriteScope, before: Conversation, waitingSince: Date | null): Promise<Conversation> {
  if (!before.spam) return before;
  await indexMessages(tx, before.id);
  tx.emit({ type: 'spam.cleared', data: { conversationId: before.id } });
  return changeConversation(tx, before, { status: 'open', closedAt: null, waitingSince, spam: null });
}
