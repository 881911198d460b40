import type { Conversation } from '../conversations/types.ts';
import type { WriteScope } from '../db/scope.ts';
import { notifyOfStopped } from '../notifications/notify.ts';
import { receiversOf } from '../notifications/receivers.ts';
import { stoppedByAnswer } from './held-store.ts';
import { findMessage } from './list.ts';
import { withdrawMessage } from './withdraw.ts';

/**
 * The contact wrote first: what agents had scheduled on that condition goes back into their drafts, and they are told. The draft of one who
 * cannot log in any more goes to whoever takes care of the conversation now.
 */
export async function stopScheduled(tx: WriteScope, conversation: Pick<Conversation, 'id' | 'assigneeId' | 'teamId'>): Promise<void> {
  for (const messageId of await stoppedByAnswer(tx, conversation.id)) {
    const { author } = await findMessage(tx, messageId);
    if (!author) continue;
    const [keeper] = await receiversOf(tx, conversation, author.id);
    await withdrawMessage(tx, messageId, keeper?.agentId ?? author.id);
    if (keeper) await notifyOfStopped(tx, keeper, conversation.id);
  }
}
