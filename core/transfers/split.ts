import { identityOf } from '../contacts/address.ts';
import { resolveContact } from '../contacts/resolve.ts';
import { changeConversation, expectPresent, lockedHolder } from '../conversations/change.ts';
import { openConversation } from '../conversations/open.ts';
import type { Conversation } from '../conversations/types.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { ConflictError } from '../lib/errors.ts';
import type { ConversationId, MessageId, TransferId } from '../lib/ids.ts';
import { bareSubject } from '../lib/text.ts';
import { authorOf } from '../messages/author.ts';
import { derivedOf } from '../messages/derived.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { findMessage } from '../messages/list.ts';
import type { Message } from '../messages/types.ts';
import { leftBehind } from './move.ts';
import { shift } from './shift.ts';
import { isRemainder } from './store.ts';
import type { Extent } from './types.ts';

/**
 * Makes a new open conversation of a message, or of it and all after it, with its writer as the contact; answers to it follow. It is no
 * new arrival: nothing is confirmed to anybody. Raises not_found, conversation_is_spam, or nothing_left when no message would stay.
 */
export async function splitConversation(
  scope: Scope | WriteScope,
  endpoints: Endpoints,
  messageId: MessageId,
  extent: Extent,
): Promise<{ readonly transferId: TransferId; readonly conversationId: ConversationId }> {
  return transact(scope, async (tx) => {
    const from = await lockedHolder(tx, messageId);
    expectPresent(from);
    if (!(await isRemainder(tx, from.id, { first: messageId, extent })))
      throw new ConflictError('nothing_left', 'Nothing would stay in the conversation', 'Leave it as it is.');
    const message = await findMessage(tx, messageId);
    const to = await openFor(tx, endpoints, from, message);
    const transferId = await shift(tx, endpoints, { kind: 'split', from, to, some: { first: messageId, extent } }, async (unanswered) => {
      return { from: await leftBehind(tx, from), to: { ...(await derivedOf(tx, to, [], [from])), waitingSince: unanswered }, drafts: [] };
    });
    tx.emit({ type: 'conversation.split', data: { conversationId: to.id, otherId: from.id, transferId } });
    return { transferId, conversationId: to.id };
  });
}

/** The new conversation: of the inbox that the message came to, with whoever wrote it, or whom we wrote to. */
async function openFor(tx: WriteScope, endpoints: Endpoints, from: Conversation, message: Message): Promise<Conversation> {
  const inboxId = message.kind === 'note' ? from.inboxId : message.inboxId;
  const endpoint = endpoints.find(inboxId);
  const kind = endpoint?.traits.addressKind;
  const other =
    message.direction === 'inbound' ? authorOf(endpoints, message) : message.direction === 'outbound' ? message.to[0] : undefined;
  const identity = kind === undefined || !other ? null : identityOf(kind, other.address);
  const { conversation, changes } = await openConversation(tx, {
    inboxId,
    contactId: identity ? await resolveContact(tx, identity, other?.name ?? null, endpoint?.ownerId ?? null) : from.contactId,
    contactAddress: identity?.address ?? from.contactAddress,
    assigneeId: from.assigneeId,
    teamId: from.teamId,
    folderId: from.folderId,
    subject: bareSubject(message.subject ?? '') || from.subject,
    relatedConversationId: null,
    at: message.createdAt,
    isAnnounced: false,
  });
  return changeConversation(tx, conversation, {}, changes);
}
