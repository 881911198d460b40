import { addressKey } from '../contacts/address.ts';
import {
  conversationsWithTokens,
  conversationWithNumber,
  newestOpenConversation,
  participatesIn,
  recentConversations,
} from '../conversations/evidence.ts';
import type { Scope } from '../db/scope.ts';
import { type ContactId, type ConversationId, type InboxId, parseId } from '../lib/ids.ts';
import { bareSubject, fold } from '../lib/text.ts';
import { awaitedIn } from '../messages/awaited.ts';
import { messagesWithIds } from '../messages/match.ts';
import type { SenderStatus } from '../messages/types.ts';
import type { ChannelTraits } from '../plugins/contract.ts';
import { wasMoved } from '../transfers/moved.ts';
import type { InterpretedMessage } from './types.ts';

export interface Inquiry {
  readonly inboxId: InboxId;
  readonly message: Pick<InterpretedMessage, 'from' | 'replyTokens' | 'references' | 'subject' | 'externalId'>;
  /** A fetched message that came before refers to this one, which was fetched too. */
  readonly isAwaited: boolean;
  readonly contactId: ContactId;
  readonly continues: ChannelTraits['continues'];
}

/** Where a message belongs. `join` null = a new conversation, perhaps with a hint at a related one. */
export interface Thread {
  readonly join: ConversationId | null;
  readonly senderStatus: SenderStatus;
  readonly relatedId: ConversationId | null;
  /** It holds a token or an id that we made: it answers something that we wrote. */
  readonly isProven: boolean;
}

const NEW: Thread = { join: null, senderStatus: 'participant', relatedId: null, isProven: false };
const join = (id: ConversationId, senderStatus: SenderStatus, isProven: boolean): Thread => ({
  join: id,
  senderStatus,
  relatedId: null,
  isProven,
});

/**
 * Weighs the evidence, strongest first. Nothing of another inbox counts, and nobody unknown joins without being marked. The one way from
 * a message to a conversation. Tokens and numbers of a merged conversation lead where it went; ids of messages lead where these are now.
 */
export async function findThread(scope: Scope, inquiry: Inquiry): Promise<Thread> {
  let hint = NEW;
  for (const evidence of [byReplyToken, byReferences, byAwaited, byNumberInSubject, byContact, bySubject]) {
    const thread = await evidence(scope, inquiry);
    if (thread?.join != null) return thread;
    if (hint.relatedId === null) hint = thread ?? hint;
  }
  return hint;
}

/** Our reply address leads to its conversation, or to where the answered message was moved since; a sender who was not in it is marked. */
export async function byReplyToken(scope: Scope, { inboxId, message }: Inquiry): Promise<Thread | null> {
  if (message.replyTokens.length === 0) return null;
  const found = await conversationsWithTokens(scope, inboxId, message.replyTokens);
  const [first] = found;
  if (first === undefined) return null;
  const moved = await byMovedMessage(scope, inboxId, message, found);
  if (moved) return moved;
  const known = await participatesIn(scope, addressKey(message.from.address), found);
  const own = found.find((id) => known.has(id));
  return own === undefined ? join(first, 'new_participant', true) : join(own, 'participant', true);
}

/** The address was made for the conversation in which the answered message was then; a person has put it into another one since. */
async function byMovedMessage(
  scope: Scope,
  inboxId: InboxId,
  message: Inquiry['message'],
  addressed: readonly ConversationId[],
): Promise<Thread | null> {
  if (message.references.length === 0) return null;
  const [answered] = await messagesWithIds(scope, inboxId, message.references);
  if (!answered || addressed.includes(answered.conversationId) || !(await wasMoved(scope, answered.messageId))) return null;
  const known = await participatesIn(scope, addressKey(message.from.address), [answered.conversationId]);
  return join(answered.conversationId, known.size > 0 ? 'participant' : 'new_participant', true);
}

/**
 * Ids of stored messages (RFC 5322 §3.6.4). A participant joins. A stranger joins, marked, only by an id that we made and
 * nobody can guess; an id that came from outside is known to outsiders, so it only hints at a related conversation.
 */
export async function byReferences(scope: Scope, { inboxId, message }: Inquiry): Promise<Thread | null> {
  const matched = await messagesWithIds(scope, inboxId, message.references);
  const [first] = matched;
  if (!first) return null;
  const known = await participatesIn(scope, addressKey(message.from.address), [...new Set(matched.map((one) => one.conversationId))]);
  const own = matched.find((one) => known.has(one.conversationId));
  const ours = matched.find((one) => one.direction === 'outbound');
  if (own) return join(own.conversationId, 'participant', ours !== undefined);
  return ours ? join(ours.conversationId, 'new_participant', true) : { ...NEW, relatedId: first.conversationId };
}

/** Fetched mail comes in any order: what came before may refer to this one. Only for who takes part there. */
export async function byAwaited(scope: Scope, { inboxId, message, isAwaited }: Inquiry): Promise<Thread | null> {
  const id = isAwaited ? await awaitedIn(scope, inboxId, message.externalId) : null;
  if (id === null) return null;
  return (await participatesIn(scope, addressKey(message.from.address), [id])).has(id)
    ? join(id, 'participant', false)
    : { ...NEW, relatedId: id };
}

/** `[#123]` in the subject counts only for somebody who takes part in that conversation: anybody can count. */
export async function byNumberInSubject(scope: Scope, { inboxId, message }: Inquiry): Promise<Thread | null> {
  const number = parseId<'conversations'>(/\[#(\d{1,15})\]/.exec(message.subject ?? '')?.[1]);
  const id = number === null ? null : await conversationWithNumber(scope, inboxId, number);
  if (id === null) return null;
  return (await participatesIn(scope, addressKey(message.from.address), [id])).has(id) ? join(id, 'participant', false) : null;
}

/** Channels without references go on in the newest open conversation of the same contact in the same inbox. */
export async function byContact(scope: Scope, { inboxId, contactId, continues }: Inquiry): Promise<Thread | null> {
  if (continues !== 'by-contact') return null;
  const id = await newestOpenConversation(scope, inboxId, contactId);
  return id === null ? null : join(id, 'participant', false);
}

/** An answer that lost everything but its subject only hints at what the same contact wrote under it: subjects repeat. */
export async function bySubject(scope: Scope, { inboxId, contactId, message }: Inquiry): Promise<Thread | null> {
  const subject = message.subject?.trim() ?? '';
  const bare = bareSubject(subject);
  if (bare === '' || bare === subject) return null;
  const recent = await recentConversations(scope, inboxId, contactId);
  const same = recent.find((one) => fold(bareSubject(one.subject)) === fold(bare));
  return same ? { ...NEW, relatedId: same.id } : null;
}
