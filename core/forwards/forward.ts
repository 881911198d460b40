import { expectPresent, lockedConversation } from '../conversations/change.ts';
import type { Conversation } from '../conversations/types.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { isUnsent } from '../deliveries/untouched.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';
import { bareSubject } from '../lib/text.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { findMessage, listMessages } from '../messages/list.ts';
import { sendingEndpoint } from '../messages/outbound.ts';
import { beginConversation, type Start } from '../messages/start.ts';
import type { Message } from '../messages/types.ts';
import { scanLater } from '../viruses/file-scans.ts';
import { filesOf } from './files.ts';
import { insertForward } from './store.ts';

/** What begins the side conversation, but for what the first one gives it. */
export interface ForwardOrder extends Omit<Start, 'inboxId' | 'subject' | 'folderId' | 'carried' | 'cc' | 'bcc' | 'close'> {
  readonly conversationId: ConversationId;
  /** One message of the conversation; null = all of it that people outside have written or read. */
  readonly messageId: MessageId | null;
  /** Of the whole conversation nothing newer than this: what its author had seen. */
  readonly seenMessageId?: MessageId | undefined;
  /** The attachments go along as they came. */
  readonly withFiles: boolean;
}

/** So many messages of one conversation go along at most. */
const MOST = 200;

/**
 * Sends one message, or the conversation, to somebody else, and begins a conversation with him: what he answers comes there and the customer
 * sees nothing of it. Notes never go along, nor with the whole what nobody outside has yet. It begins in the folder of the first one, so that nobody sees it who did not see that.
 * Raises not_found, invalid, inbox_cannot_send, address_blocked, conversation_is_spam or conversation_in_trash.
 */
export async function forwardMessages(
  scope: Scope | WriteScope,
  endpoints: Endpoints,
  order: ForwardOrder,
): Promise<{ readonly sideId: ConversationId; readonly messageId: MessageId }> {
  return transact(scope, async (tx) => {
    const parent = await lockedConversation(tx, order.conversationId);
    expectPresent(parent);
    const endpoint = sendingEndpoint(endpoints, parent.inboxId);
    if (!canForward(endpoint.traits)) throw new InvalidError({ kind: 'forwards.problem.channel' });
    const messages = order.messageId === null ? await wholeOf(tx, parent, order.seenMessageId) : [await oneOf(tx, parent, order.messageId)];
    const files = order.withFiles ? filesOf(messages, order.attachments) : [];
    // Their mail waits for its scan as a whole; sent on they are files of their own.
    if (order.withFiles)
      await scanLater(
        tx,
        filesOf(
          messages.filter(({ virus }) => virus?.state === 'unscanned' || virus?.state === 'skipped'),
          [],
        ),
      );
    const { conversationId: _, messageId, seenMessageId: __, withFiles, ...written } = order;
    const { conversation, messageId: sideMessageId } = await beginConversation(tx, endpoints, endpoint, {
      ...written,
      inboxId: parent.inboxId,
      subject: `Fwd: ${bareSubject(parent.subject)}`.trim(),
      folderId: parent.folderId,
      carried: { texts: messages.flatMap(({ text, html }) => [text, html]), files },
    });
    await insertForward(tx, order.authorId, {
      conversationId: parent.id,
      sideId: conversation.id,
      sideMessageId,
      messageIds: messages.map(({ id }) => id),
      isWhole: messageId === null,
      withFiles,
      carriedFiles: files.length,
      afterMessageId: parent.lastMessageId ?? (0 as MessageId),
    });
    tx.emit({ type: 'conversation.forwarded', data: { conversationId: parent.id, otherId: conversation.id, messageId: sideMessageId } });
    return { sideId: conversation.id, messageId: sideMessageId };
  });
}

/** Whether what comes through a channel can be sent on with it. */
export const canForward = ({ addressKind, subject }: { readonly addressKind: string; readonly subject: boolean }): boolean =>
  addressKind === 'email' && subject;

async function oneOf(tx: WriteScope, { id: parentId }: Conversation, id: MessageId): Promise<Message> {
  const message = await findMessage(tx, id);
  if (message.conversationId !== parentId || message.direction === 'internal') throw new NotFoundError('Message');
  return message;
}

async function wholeOf(tx: WriteScope, { id }: Conversation, seen: MessageId | undefined): Promise<readonly Message[]> {
  const page = await listMessages(tx, id, { limit: MOST, withBodies: true });
  if (page.earlier !== null) throw new InvalidError({ messageId: 'forwards.problem.long' }, { most: MOST });
  const at = page.items.findIndex((one) => one.id === seen);
  const messages = page.items.filter(
    (one, index) =>
      one.direction !== 'internal' && (seen === undefined || one.id <= seen || index <= at) && !isUnsent(one.deliveries, tx.now()),
  );
  if (messages.length === 0) throw new NotFoundError('Message');
  return messages;
}
