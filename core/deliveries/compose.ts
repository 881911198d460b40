import { createReadStream } from 'node:fs';
import type { Blobs } from '../blobs/blobs.ts';
import { BlobMissingError } from '../blobs/blobs.ts';
import { findConversation } from '../conversations/list.ts';
import type { Scope } from '../db/scope.ts';
import { withFooter } from '../footers/fill.ts';
import { forwardHtml, forwardText } from '../forwards/letter.ts';
import { forwardOf } from '../forwards/list.ts';
import type { Forward } from '../forwards/types.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { MessageId } from '../lib/ids.ts';
import type { SafeHtml } from '../lib/safe-html.ts';
import { findMessage, findMessages } from '../messages/list.ts';
import type { Message } from '../messages/types.ts';
import { expectHarmless, WithheldError } from '../messages/withheld.ts';
import type { OutboundAttachment, OutboundMessage } from '../plugins/contract.ts';
import { readGeneral } from '../settings/general.ts';
import { quoteHtml, quoteText } from './quote.ts';
import type { ReturnTokens } from './return-token.ts';
import { deliveriesOfMessages } from './store.ts';
import type { Delivery } from './types.ts';

/** What was to be forwarded is deleted for good. */
export class ForwardedGoneError extends NotFoundError {}

/** Where attachments lie. */
export type BlobFiles = Pick<Blobs, 'has' | 'path'>;

/** The message as a channel sends it to the recipients of `claimed`, which all belong to it. Raises blob_missing, not_found, attachment_infected. */
export async function composeMessage(
  scope: Scope,
  blobs: BlobFiles,
  claimed: readonly [Delivery, ...Delivery[]],
  tokens?: ReturnTokens,
): Promise<OutboundMessage> {
  const [{ messageId }] = claimed;
  const message = await findMessage(scope, messageId);
  expectHarmless(message.virus);
  const conversation = await findConversation(scope, message.conversationId);
  if (!conversation || message.externalId === null) throw new NotFoundError('Conversation');
  return {
    messageId,
    externalId: message.externalId,
    fromName: message.from.name,
    replyToken: conversation.replyToken,
    ...(tokens ? { returnToken: tokens.forMessage(messageId) } : {}),
    recipients: claimed.map(({ id, kind, address, name }) => ({
      deliveryId: id,
      kind,
      address,
      name,
      ...(tokens ? { returnToken: tokens.forDelivery(id) } : {}),
    })),
    to: message.to,
    cc: message.cc,
    subject: message.subject,
    ...(await bodyWithQuote(scope, message)),
    attachments: await openable(blobs, message),
    inReplyTo: message.references.at(-1) ?? null,
    references: message.references,
    writtenAt: datedAt(message, scope.now()),
    automated: message.automated,
  };
}

/**
 * What stands in its `Date:`: the moment its author chose for it. With that of the writing a letter of last week would lie deep in the
 * recipient's list, and filters doubt mail that is days old. One sent before its moment is of now.
 */
function datedAt({ scheduledAt, createdAt }: Message, now: Date): Date {
  if (scheduledAt === null) return createdAt;
  return scheduledAt < now ? scheduledAt : now;
}

/** The same for all its recipients, whatever became of it; null when it or a file of it is gone, or holds a virus. */
export async function sentMessage(scope: Scope, blobs: BlobFiles, id: MessageId, tokens: ReturnTokens): Promise<OutboundMessage | null> {
  const [first, ...others] = await deliveriesOfMessages(scope, [id]);
  if (!first) return null;
  return composeMessage(scope, blobs, [first, ...others], tokens).catch((error: unknown) => {
    if (error instanceof NotFoundError || error instanceof BlobMissingError || error instanceof WithheldError) return null;
    throw error;
  });
}

async function bodyWithQuote(scope: Scope, message: Message): Promise<Pick<OutboundMessage, 'text' | 'html'>> {
  const { text, html } = withFooter(message, message.footer);
  const forward = message.kind === 'message' ? await forwardOf(scope, message.id) : null;
  if (forward) return withForwarded(scope, message, forward, { text, html });
  if (message.quotedMessageId === null) return { text, html };
  const [quoted, written] = [await findMessage(scope, message.quotedMessageId), await readGeneral(scope)];
  return { text: quoteText(text, quoted, written), html: html === null ? null : quoteHtml(html, quoted, written) };
}

/** Raises not_found when a message is gone that was to go along: nothing leaves without it. */
async function withForwarded(
  scope: Scope,
  { attachments }: Message,
  { messageIds, conversationId, carriedFiles }: Forward,
  { text, html }: Pick<Message, 'text' | 'html'>,
): Promise<Pick<OutboundMessage, 'text' | 'html'>> {
  const parent = conversationId === null ? null : await findConversation(scope, conversationId);
  const forwarded = await findMessages(scope, messageIds).catch((error: unknown) => {
    throw error instanceof NotFoundError ? new ForwardedGoneError('Message') : error;
  });
  const general = await readGeneral(scope);
  const hide = withoutToken(parent?.replyToken ?? null);
  const files = carriedFiles === 0 ? [] : attachments.slice(-carriedFiles);
  const safe = html === null ? null : (hide(forwardHtml(html, forwarded, files, general)) as SafeHtml);
  return { text: hide(forwardText(text, forwarded, general)), html: safe };
}

/** The secret with which the customer's mail finds its conversation may stand in what he quoted; nobody else is to have it. */
const withoutToken =
  (token: string | null) =>
  (text: string): string =>
    token === null ? text : text.replace(new RegExp(RegExp.escape(token), 'gi'), '');

async function openable(blobs: BlobFiles, message: Message): Promise<readonly OutboundAttachment[]> {
  const list: OutboundAttachment[] = [];
  for (const { filename, contentType, bytes, sha256 } of message.attachments) {
    if (!(await blobs.has(sha256))) throw new BlobMissingError(sha256, { name: filename, bytes });
    list.push({ filename, contentType, bytes, open: () => createReadStream(blobs.path(sha256)) });
  }
  return list;
}
