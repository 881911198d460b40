import type { WriteScope } from '../db/scope.ts';
import type { AgentId, ContactId, ConversationId, FolderId, InboxId, TeamId } from '../lib/ids.ts';
import { randomToken } from '../lib/secrets.ts';
import { snippet } from '../lib/text.ts';
import { type CounterChanges, conversationDifference } from './counters.ts';
import { insertConversation } from './store.ts';
import type { Conversation, ConversationSpam } from './types.ts';

export interface Opening {
  readonly inboxId: InboxId;
  readonly contactId: ContactId;
  readonly contactAddress: string;
  readonly assigneeId: AgentId | null;
  /** Absent = no team's. */
  readonly teamId?: TeamId | null;
  /** Absent = where what comes to the inbox begins. */
  readonly folderId?: FolderId;
  readonly subject: string | null;
  readonly relatedConversationId: ConversationId | null;
  readonly at: Date;
  /** What its first message makes of it is said at once where it is known: changing it later writes to every index again. Absent = nobody waits. */
  readonly waitingSince?: Date;
  /** It is closed from the start. */
  readonly closedAt?: Date;
  /** Null or absent: it opens where everybody sees it. */
  readonly spam?: ConversationSpam | null;
  /** False: it is made of what is here already, so nobody is told that something came. */
  readonly isAnnounced?: boolean;
}

const MAX_SUBJECT_CHARS = 300;

/** A new conversation, open unless it is spam or said to be closed, and what it does to the counters, for the caller to join with its first message. */
export async function openConversation(
  tx: WriteScope,
  opening: Opening,
): Promise<{ readonly conversation: Conversation; readonly changes: CounterChanges }> {
  const conversation = await insertConversation(tx, {
    ...opening,
    folderId: opening.folderId ?? null,
    spam: opening.spam ?? null,
    waitingSince: opening.waitingSince ?? null,
    closedAt: opening.closedAt ?? (opening.spam ? opening.at : null),
    subject: snippet(opening.subject ?? '', MAX_SUBJECT_CHARS),
    replyToken: randomToken(),
  });
  if (!conversation.spam && opening.isAnnounced !== false)
    tx.emit({ type: 'conversation.opened', data: { conversationId: conversation.id } });
  return { conversation, changes: conversationDifference(null, conversation) };
}
