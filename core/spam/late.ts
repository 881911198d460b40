import { lockedConversation } from '../conversations/change.ts';
import type { WriteScope } from '../db/scope.ts';
import type { SpamReason } from '../ingest/disposition.ts';
import type { AgentId, ConversationId, InboxId, RawInboundId } from '../lib/ids.ts';
import { messagesWithIds } from '../messages/match.ts';
import { moveToSpam, stopSending } from './mark.ts';
import { conversationMadeFrom, isTouched, referencesOf } from './rescore-store.ts';

/** The conversation with what a kept thing was received as; null when there is none, because it was a report or a duplicate. */
export const conversationFrom = (tx: WriteScope, id: RawInboundId): Promise<ConversationId | null> => conversationMadeFrom(tx, id);

/** Whether it answers a message of ours, also where it began a conversation of its own: no score hides such a one, whenever it comes. */
export async function answersUs(tx: WriteScope, inboxId: InboxId, id: RawInboundId): Promise<boolean> {
  const answered = await messagesWithIds(tx, inboxId, (await referencesOf(tx, id)).toReversed());
  return answered.some(({ direction }) => direction === 'outbound');
}

export interface Late {
  readonly reason: SpamReason;
  readonly score: number | null;
  /** Whose mailbox it came to: what comes there is his from the first; null = the company's. */
  readonly ownerId: AgentId | null;
}

/** Puts into spam what was found out too late: only a conversation that nobody has touched, not answered, nor begun to be, noted, assigned or closed. A confirmation of ours that is still on its way is not sent. */
export async function hideUntouched(tx: WriteScope, id: ConversationId, { reason, score, ownerId }: Late): Promise<void> {
  const conversation = await lockedConversation(tx, id);
  const isAssigned = conversation.teamId !== null || (conversation.assigneeId !== null && conversation.assigneeId !== ownerId);
  if (conversation.status !== 'open' || isAssigned || (await isTouched(tx, id))) return;
  await moveToSpam(tx, await stopSending(tx, conversation), reason, score);
}
