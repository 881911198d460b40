import { lockedConversation } from '../conversations/change.ts';
import type { WriteScope } from '../db/scope.ts';
import type { SpamReason } from '../ingest/disposition.ts';
import type { AgentId, ConversationId, RawInboundId } from '../lib/ids.ts';
import { moveToSpam, stopSending } from './mark.ts';
import { conversationMadeFrom, isTouched } from './rescore-store.ts';

/** The conversation with what a kept thing was received as; null when there is none, because it was a report or a duplicate. */
export const conversationFrom = (tx: WriteScope, id: RawInboundId): Promise<ConversationId | null> => conversationMadeFrom(tx, id);

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
