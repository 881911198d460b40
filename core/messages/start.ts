import { identityOf } from '../contacts/address.ts';
import { resolveContact } from '../contacts/resolve.ts';
import { openConversation } from '../conversations/open.ts';
import { keepForAuthor } from '../conversations/share.ts';
import type { Conversation } from '../conversations/types.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { isOpenTo } from '../inboxes/types.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import { InvalidError } from '../lib/errors.ts';
import type { AgentId, FolderId, InboxId, MessageId } from '../lib/ids.ts';
import { snippet } from '../lib/text.ts';
import { bodyOf, type Written } from './body.ts';
import type { Endpoint, Endpoints } from './endpoint.ts';
import type { Schedule } from './held.ts';
import { addOutgoing, sendingEndpoint } from './outbound.ts';
import { checkRecipients } from './recipients.ts';

export interface Start extends Written {
  readonly inboxId: InboxId;
  readonly authorId: AgentId;
  /** The first one becomes the conversation's contact. */
  readonly to: readonly NamedAddress[];
  readonly cc?: readonly NamedAddress[] | undefined;
  readonly bcc?: readonly NamedAddress[] | undefined;
  readonly subject: string;
  readonly close?: boolean | undefined;
  /** False = without the footer of its author and inbox. */
  readonly withFooter?: boolean | undefined;
  readonly notBefore?: Date | undefined;
  /** The moment its author chose for it, in place of `notBefore`. */
  readonly schedule?: Schedule | undefined;
  /** Absent = where what comes to the inbox begins. */
  readonly folderId?: FolderId | undefined;
}

const MAX_SUBJECT_CHARS = 300;

/** Begins a conversation by writing first; the author is its assignee. Raises invalid, inbox_cannot_send. */
export async function startConversation(
  scope: Scope | WriteScope,
  endpoints: Endpoints,
  start: Start,
): Promise<{ readonly conversation: Conversation; readonly messageId: MessageId }> {
  const endpoint = sendingEndpoint(endpoints, start.inboxId);
  if (!isOpenTo(endpoint, start.authorId)) throw new InvalidError({ inboxId: 'composer.problem.inbox' });
  return beginConversation(scope, endpoints, endpoint, start);
}

/** The same from an inbox whatever it is of its author's: whoever calls has decided that he may. Raises invalid, address_blocked. */
export async function beginConversation(
  scope: Scope | WriteScope,
  endpoints: Endpoints,
  endpoint: Endpoint,
  start: Start,
): Promise<{ readonly conversation: Conversation; readonly messageId: MessageId }> {
  const recipients = checkRecipients(endpoints, endpoint.traits.addressKind, { to: start.to, cc: start.cc ?? [], bcc: start.bcc ?? [] });
  const [first] = recipients.to;
  if (!first) throw new InvalidError({ to: 'messages.problems.recipient' });
  const subject = snippet(start.subject, MAX_SUBJECT_CHARS);
  if (endpoint.traits.subject && subject === '') throw new InvalidError({ subject: 'messages.problems.subject' });
  const body = bodyOf(start, endpoint.traits);
  return transact(scope, async (tx) => {
    const identity = identityOf(endpoint.traits.addressKind, first.address);
    const contactId = await resolveContact(tx, identity, first.name, endpoint.ownerId);
    const { conversation, changes } = await openConversation(tx, {
      inboxId: start.inboxId,
      contactId,
      contactAddress: identity.address,
      assigneeId: start.authorId,
      ...(start.folderId === undefined ? {} : { folderId: start.folderId }),
      subject,
      relatedConversationId: null,
      at: tx.now(),
    });
    await keepForAuthor(tx, conversation.id, start.authorId);
    const sent = await addOutgoing(tx, endpoints, endpoint, conversation, {
      kind: 'message',
      authorId: start.authorId,
      recipients,
      subject: endpoint.traits.subject ? subject : null,
      body,
      attachments: start.attachments,
      carried: start.carried,
      limits: start.limits,
      references: [],
      quotedMessageId: null,
      withFooter: start.withFooter ?? true,
      notBefore: start.notBefore ?? null,
      schedule: start.schedule ?? null,
      patch: start.close ? { status: 'closed', closedAt: tx.now() } : {},
      changes,
    });
    if (start.close) tx.emit({ type: 'conversation.closed', data: { conversationId: conversation.id } });
    return sent;
  });
}
