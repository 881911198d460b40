import { recordBlobs } from '../blobs/store.ts';
import { addressKey } from '../contacts/address.ts';
import { changeConversation } from '../conversations/change.ts';
import type { CounterChanges } from '../conversations/counters.ts';
import { addParticipants } from '../conversations/evidence.ts';
import type { Conversation, ConversationPatch } from '../conversations/types.ts';
import type { WriteScope } from '../db/scope.ts';
import { awaitWords } from '../file-texts/words.ts';
import type { StoredAttachment } from '../ingest/types.ts';
import type { InboxId, MessageId } from '../lib/ids.ts';
import { snippet } from '../lib/text.ts';
import { indexAll } from '../search/index-again.ts';
import type { Endpoints } from './endpoint.ts';
import { insertAttachments, insertMessage, type NewMessage } from './store.ts';
import type { Recipients } from './types.ts';

export interface Addition {
  /** `inboxId`: the inbox that received it; absent = the conversation's. */
  readonly message: Omit<NewMessage, 'conversationId' | 'inboxId'> & { readonly inboxId?: InboxId };
  readonly attachments: readonly StoredAttachment[];
  /** There is a virus in it: no program of ours opens its files to find words in them. */
  readonly isInfected?: boolean;
  /** What else changes in the conversation. */
  readonly patch: ConversationPatch;
  /** It is older than the inbox is here: nobody has to read it, and since when somebody waits is the caller's to say. */
  readonly isPast?: true;
  /** Counter changes of the caller, joined into the same statement. */
  readonly changes?: CounterChanges;
}

/**
 * Adds a message to a locked conversation with all that hangs on it: attachments, search words, participants, the
 * conversation's own columns and counters. Events are the caller's.
 */
export async function addMessage(
  tx: WriteScope,
  endpoints: Pick<Endpoints, 'isOurs'>,
  before: Conversation,
  { message, attachments, isInfected, patch, changes, isPast }: Addition,
): Promise<{ readonly messageId: MessageId; readonly conversation: Conversation }> {
  const messageId = await insertMessage(tx, { ...message, conversationId: before.id, inboxId: message.inboxId ?? before.inboxId });
  if (attachments.length > 0) await recordBlobs(tx, attachments);
  await insertAttachments(tx, messageId, attachments);
  if (!isInfected) await awaitWords(tx, attachments);
  // What is in spam is not found; it becomes findable when it comes back.
  if (!before.spam && !before.trashedAt) await indexAll(tx, [findable(messageId, message, attachments)]);
  await addParticipants(
    tx,
    before.id,
    participantsOf(message).filter((address) => !endpoints.isOurs(address)),
  );
  const conversation = await changeConversation(
    tx,
    before,
    { ...(isPast ? past(before, message, attachments) : derived(before, messageId, message, attachments)), ...patch },
    changes,
  );
  return { messageId, conversation };
}

const findable = (
  id: MessageId,
  { createdAt, subject, from, to, cc, bcc, text, words }: Addition['message'],
  attachments: Addition['attachments'],
) => ({
  id,
  at: createdAt,
  subject,
  from,
  to: [...to, ...cc, ...bcc],
  text,
  words,
  hasAttachment: attachments.some((one) => !one.inline),
  hasFiles: attachments.length > 0,
});

function derived(
  before: Conversation,
  messageId: MessageId,
  message: Addition['message'],
  attachments: readonly StoredAttachment[],
): ConversationPatch {
  const count = { messageCount: before.messageCount + 1 };
  // What we send by itself is no news: nobody has to read it before answering, and the list goes on showing what the contact wrote.
  if (message.automated && message.direction === 'outbound') return count;
  return {
    ...count,
    lastMessageId: messageId,
    ...(attachments.some((one) => !one.inline) ? { hasAttachments: true } : {}),
    ...(message.kind === 'note'
      ? {}
      : { snippet: snippet(message.ownWords || message.text), ...lastAt(before, later(before.lastMessageAt, message.createdAt)) }),
    ...waiting(before, message),
  };
}

/** Lists show the newest by time, whatever order it came in. */
function past(before: Conversation, message: Addition['message'], attachments: readonly StoredAttachment[]): ConversationPatch {
  const isLast = before.messageCount === 0 || message.createdAt >= before.lastMessageAt;
  return {
    messageCount: before.messageCount + 1,
    ...(attachments.some((one) => !one.inline) ? { hasAttachments: true } : {}),
    ...(isLast ? { snippet: snippet(message.ownWords || message.text), ...lastAt(before, message.createdAt) } : {}),
  };
}

/** People wait from their first unanswered message on; machines do not wait. */
function waiting(before: Conversation, message: Addition['message']): ConversationPatch {
  if (message.automated || message.direction === 'internal') return {};
  const asked = before.ignored ? { ignored: null } : {};
  if (message.direction === 'outbound') return { ...asked, waitingSince: null };
  return before.waitingSince ? {} : { ...asked, waitingSince: message.createdAt };
}

// A mail that was parked is received after newer ones: it must not push the conversation down.
const later = (a: Date, b: Date): Date => (a > b ? a : b);

// Half the indexes hold it: what stays the same is not written.
const lastAt = (before: Conversation, at: Date): ConversationPatch =>
  at.getTime() === before.lastMessageAt.getTime() ? {} : { lastMessageAt: at };

/** A stranger who only held a token brings nobody in, himself included, until somebody writes to him. */
export function participantsOf(message: Recipients & Pick<NewMessage, 'kind' | 'senderStatus' | 'direction' | 'from'>): readonly string[] {
  if (message.kind === 'note' || message.senderStatus === 'new_participant') return [];
  const own = message.direction === 'inbound' ? [message.from] : [];
  return [...own, ...message.to, ...message.cc, ...message.bcc].map((one) => addressKey(one.address)).filter((address) => address !== '');
}
