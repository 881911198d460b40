import type { Scope } from '../db/scope.ts';
import { deliveriesOf } from '../deliveries/list.ts';
import { worstOf } from '../ingest/verdict.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import type { AttachmentId, ConversationId, MessageId } from '../lib/ids.ts';
import { decodeCursor, encodeCursor, isCursorId } from '../lib/page.ts';
import type { SafeHtml } from '../lib/safe-html.ts';
import { findCopies, type StoredCopy } from './copies-store.ts';
import type { BareMessage } from './row.ts';
import { countFrom, countUnread } from './shown-store.ts';
import { attachmentsOf, findAttachmentById, findEnclosedHtml, findMessageById, findMessagesById, findRaw, listNewest } from './store.ts';
import type { Attachment, FoundAttachment, Message, MessagePage } from './types.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

export interface MessageListOptions {
  /** `earlier` of the page that came after. */
  readonly cursor?: string | undefined;
  /** 1 to 500; default 50. */
  readonly limit?: number | undefined;
  /** With whole text and HTML; pages that show bodies in frames leave it out. */
  readonly withBodies?: boolean | undefined;
}

/** The newest messages of a conversation, oldest of them first, with attachments and deliveries: three queries, however many they are. */
export async function listMessages(scope: Scope, id: ConversationId, options: MessageListOptions = {}): Promise<MessagePage> {
  const limit = Math.min(Math.max(options.limit ?? DEFAULT_LIMIT, 1), MAX_LIMIT);
  const rows = await listNewest(scope, id, readCursor(options.cursor), limit + 1, options.withBodies ?? false);
  const items = rows.slice(0, limit).reverse();
  const first = items[0];
  return {
    items: await complete(scope, items),
    earlier: rows.length > limit && first ? encodeCursor([first.createdAt.toISOString(), first.id]) : null,
  };
}

/** How many messages reach back to the oldest that somebody has before him, and what came since; undefined when it is gone, or there was none. */
export async function shownSince(scope: Scope, id: ConversationId, oldest: MessageId | null): Promise<number | undefined> {
  return (oldest && (await countFrom(scope, id, oldest))) || undefined;
}

/** How many messages reach back to the first that came in after the newest he has read. */
export const unreadSince = countUnread;

/** One message with its whole body. Raises not_found. */
export async function findMessage(scope: Scope, id: MessageId): Promise<Message> {
  const bare = await findMessageById(scope, id);
  const [message] = bare ? await complete(scope, [bare]) : [];
  if (!message) throw new NotFoundError('Message');
  return message;
}

/** Several, in this order: four queries, however many they are. Raises not_found when one is gone. */
export async function findMessages(scope: Scope, ids: readonly MessageId[]): Promise<readonly Message[]> {
  const found = new Map((await complete(scope, await findMessagesById(scope, ids))).map((message) => [message.id, message]));
  return ids.map((id) => {
    const message = found.get(id);
    if (!message) throw new NotFoundError('Message');
    return message;
  });
}

/** One attachment with what decides who may fetch it. Raises not_found. */
export async function findAttachment(scope: Scope, id: AttachmentId): Promise<FoundAttachment> {
  const attachment = await findAttachmentById(scope, id);
  if (!attachment) throw new NotFoundError('Attachment');
  return attachment;
}

/** The HTML of a message in a message, and the attachments it may show pictures of. Raises not_found where there is none. */
export async function enclosedBody(
  scope: Scope,
  holder: Attachment,
): Promise<{ readonly html: SafeHtml; readonly attachments: readonly Attachment[] }> {
  const html = await findEnclosedHtml(scope, holder.id);
  if (html === null) throw new NotFoundError('Attachment');
  const attachments = (await attachmentsOf(scope, [holder.messageId])).filter(({ inside }) => inside === holder.position);
  return { html, attachments };
}

/** The blob a message was made from; null for messages written here. */
export const findRawOfMessage = (
  scope: Scope,
  id: MessageId,
): Promise<{ readonly sha256: string; readonly bytes: number; readonly contentType: string } | null> => findRaw(scope, id);

async function complete(scope: Scope, messages: readonly BareMessage[]): Promise<readonly Message[]> {
  if (messages.length === 0) return [];
  const ids = messages.map((message) => message.id);
  const attachments = Map.groupBy(await attachmentsOf(scope, ids), (one) => one.messageId);
  const deliveries = Map.groupBy(await deliveriesOf(scope, ids), (one) => one.messageId);
  const copied = messages.flatMap(({ hasCopies, externalId }) => (hasCopies && externalId !== null ? [externalId] : []));
  const copies = copied.length === 0 ? [] : await findCopies(scope, copied);
  return messages.map((message) => ({
    ...message,
    virus: message.rawInboundId === null ? worstOf((attachments.get(message.id) ?? []).map(({ virus }) => virus)) : message.virus,
    attachments: attachments.get(message.id) ?? [],
    deliveries: deliveries.get(message.id) ?? [],
    copies: copiesOf(message, copies),
  }));
}

const copiesOf = ({ externalId, inboxId }: BareMessage, copies: readonly StoredCopy[]): Message['copies'] =>
  copies.filter((copy) => copy.externalId === externalId && copy.inboxId !== inboxId);

function readCursor(cursor: string | undefined): { readonly at: string; readonly id: number } | null {
  if (cursor === undefined) return null;
  const [at, id] = decodeCursor(cursor, 2) ?? [];
  if (typeof at !== 'string' || !isCursorId(id)) throw new InvalidError({ cursor: 'messages.list.cursor' });
  return { at, id };
}
