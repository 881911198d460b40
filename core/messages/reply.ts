import { expectPresent, lockedConversation } from '../conversations/change.ts';
import { conversationDifference } from '../conversations/counters.ts';
import type { Conversation } from '../conversations/types.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import { ConflictError } from '../lib/errors.ts';
import type { AgentId, ConversationId, MessageId } from '../lib/ids.ts';
import { bareSubject, fold, snippet } from '../lib/text.ts';
import { bodyOf, type Written } from './body.ts';
import type { Endpoint, Endpoints } from './endpoint.ts';
import type { Schedule } from './held.ts';
import { addOutgoing, sendingEndpoint } from './outbound.ts';
import { checkRecipients, recipientsOfAnswer } from './recipients.ts';
import type { BareMessage } from './row.ts';
import { findAnswered, findMessageById } from './store.ts';

export interface Reply extends Written {
  readonly conversationId: ConversationId;
  readonly authorId: AgentId;
  /** Absent = whoever the last message asks to be answered. */
  readonly to?: readonly NamedAddress[] | undefined;
  readonly cc?: readonly NamedAddress[] | undefined;
  /** Without `cc`: a copy for everybody else whom the last message was for. */
  readonly toAll?: boolean | undefined;
  readonly bcc?: readonly NamedAddress[] | undefined;
  /** Close the conversation with the same step. */
  readonly close?: boolean | undefined;
  /** Send the answered message along, below ours. */
  readonly quoted?: boolean | undefined;
  /** False = without the footer of its author and inbox. */
  readonly withFooter?: boolean | undefined;
  /** The newest message the author had seen; when there is a newer one, or that one is in another conversation by now, nothing is sent. */
  readonly seenMessageId?: MessageId | undefined;
  /** Send not before this moment. */
  readonly notBefore?: Date | undefined;
  /** The moment its author chose for it, in place of `notBefore`. */
  readonly schedule?: Schedule | undefined;
}

const MAX_REFERENCES = 30;

/**
 * Answers in a conversation: message, one delivery for each recipient and event in one transaction; a worker sends.
 * Raises not_found, invalid, inbox_cannot_send, reply_window_closed, conversation_is_spam, conversation_in_trash, answered_meanwhile or answered_elsewhere.
 */
export async function replyToConversation(
  scope: Scope | WriteScope,
  endpoints: Endpoints,
  reply: Reply,
): Promise<{ readonly conversation: Conversation; readonly messageId: MessageId }> {
  return transact(scope, async (tx) => {
    const before = await lockedConversation(tx, reply.conversationId);
    expectPresent(before);
    const endpoint = sendingEndpoint(endpoints, before.inboxId);
    const answered = await findAnswered(tx, before.id);
    expectNothingNew(before, reply.seenMessageId, endpoint, answered);
    await expectStillHere(tx, before, reply.seenMessageId);
    expectOpenWindow(endpoint, answered, tx.now());
    const body = bodyOf(reply, endpoint.traits);
    const usual = recipientsOfAnswer(endpoints, before.contactAddress, answered);
    const closes = reply.close === true && before.status !== 'closed';
    const sent = await addOutgoing(tx, endpoints, endpoint, before, {
      kind: 'reply',
      authorId: reply.authorId,
      recipients: checkRecipients(endpoints, endpoint.traits.addressKind, {
        to: reply.to ?? usual.to,
        cc: reply.cc ?? (reply.toAll ? usual.allCc : []),
        bcc: reply.bcc ?? [],
      }),
      subject: endpoint.traits.subject ? `Re: ${subjectOfAnswer(before, answered)}`.trim() : null,
      body,
      attachments: reply.attachments,
      limits: reply.limits,
      references: referencesTo(answered),
      quotedMessageId: reply.quoted && answered ? answered.id : null,
      withFooter: reply.withFooter ?? true,
      notBefore: reply.notBefore ?? null,
      schedule: reply.schedule ?? null,
      patch: closes ? { status: 'closed', closedAt: tx.now() } : {},
      changes: conversationDifference(null, null),
    });
    if (closes) tx.emit({ type: 'conversation.closed', data: { conversationId: before.id } });
    return sent;
  });
}

/** That of the answered message where it is another one; a mark of a mail server before the conversation's own ("[EXTERNAL]") makes none. */
function subjectOfAnswer(before: Pick<Conversation, 'subject'>, answered: BareMessage | null): string {
  const own = bareSubject(before.subject);
  const other = answered?.direction === 'inbound' && !answered.automated ? bareSubject(snippet(answered.subject ?? '', 300)) : '';
  return other === '' || (own !== '' && fold(other).endsWith(fold(own))) ? own : other;
}

/** In a live talk the other one writes on while he is answered: there only an answer of ours is news. */
function expectNothingNew(before: Conversation, seen: MessageId | undefined, { traits }: Endpoint, answered: BareMessage | null): void {
  if (seen === undefined || before.lastMessageId === null || before.lastMessageId <= seen) return;
  if (traits.continues === 'by-session' && answered?.direction === 'inbound') return;
  throw new ConflictError('answered_meanwhile', 'There is a newer message in this conversation', 'Read what is new, then send again.');
}

/**
 * What the author read last may have been moved, or its merge undone, while he wrote: his answer would go to its sender with the messages of somebody
 * else quoted below. One that was taken back or deleted is nothing to him.
 */
async function expectStillHere(tx: WriteScope, { id, lastMessageId }: Conversation, seen: MessageId | undefined): Promise<void> {
  if (seen === undefined || lastMessageId === seen) return;
  const there = (await findMessageById(tx, seen))?.conversationId ?? id;
  if (there === id) return;
  const help = `Open #${there} to answer it there.`;
  throw new ConflictError('answered_elsewhere', 'The message that you answer is in another conversation now', help);
}

function expectOpenWindow(endpoint: Endpoint, answered: BareMessage | null, now: Date): void {
  const hours = endpoint.traits.replyWindowHours;
  if (hours === null) return;
  const since = answered?.direction === 'inbound' ? answered.createdAt.getTime() : 0;
  if (now.getTime() - since <= hours * 3_600_000) return;
  throw new ConflictError(
    'reply_window_closed',
    `This channel takes answers for ${hours} hours only`,
    'Wait until the contact writes again.',
  );
}

/** The parent's chain and the parent itself; of a long chain its first id and the newest ones (RFC 5322 §3.6.4). */
export function referencesTo(answered: Pick<BareMessage, 'references' | 'externalId'> | null): readonly string[] {
  if (!answered) return [];
  const chain = [...answered.references.filter((id) => id !== answered.externalId), ...(answered.externalId ? [answered.externalId] : [])];
  const [first] = chain;
  return first !== undefined && chain.length > MAX_REFERENCES ? [first, ...chain.slice(1 - MAX_REFERENCES)] : chain;
}
