import type { WriteScope } from '../db/scope.ts';
import { outliveConversation } from '../draft-versions/keep.ts';
import { forgetLabelsOf } from '../labels/follow.ts';
import { type CounterChanges, conversationDifference } from './counters.ts';
import { deleteConversation, hasMessagesOrDrafts } from './store.ts';
import type { Conversation } from './types.ts';

/**
 * Removes a locked conversation whose only message was taken back, and moves the counters, with those of the caller in `also`.
 * Answers false, and changes nothing, when it holds a message or anybody's draft.
 */
export async function removeIfEmpty(tx: WriteScope, conversation: Conversation, also: CounterChanges): Promise<boolean> {
  if (await hasMessagesOrDrafts(tx, conversation.id)) return false;
  if (conversation.labelCount > 0) await forgetLabelsOf(tx, [conversation.id]);
  await outliveConversation(tx, conversation.id);
  await deleteConversation(tx, conversation.id);
  tx.count(conversationDifference(conversation, null, also));
  return true;
}
