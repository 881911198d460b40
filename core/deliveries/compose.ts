import { createReadStream } from 'node:fs';
import type { Blobs } from '../blobs/blobs.ts';
import { BlobMissingError } from '../blobs/blobs.ts';
import { findConversation } from '../conversations/list.ts';
import type { Scope } from '../db/scope.ts';
import { withFooter } from '../footers/fill.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { MessageId } from '../lib/ids.ts';
import { findMessage } from '../messages/list.ts';
import type { Message } from '../messages/types.ts';
import type { OutboundAttachment, OutboundMessage } from '../plugins/contract.ts';
import { quoteHtml, quoteText } from './quote.ts';
import type { ReturnTokens } from './return-token.ts';
import { deliveriesOfMessages } from './store.ts';
import type { Delivery } from './types.ts';

/** Where attachments lie. */
export type BlobFiles = Pick<Blobs, 'has' | 'path'>;

/** The message as a channel sends it to the recipients of `claimed`, which all belong to it. Raises blob_missing, not_found. */
export async function composeMessage(
  scope: Scope,
  blobs: BlobFiles,
  claimed: readonly [Delivery, ...Delivery[]],
  tokens?: ReturnTokens,
): Promise<OutboundMessage> {
  const [{ messageId }] = claimed;
  const message = await findMessage(scope, messageId);
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
    writtenAt: message.createdAt,
    automated: message.automated,
  };
}

/** The same for all its recipients, whatever became of it; null when it or a file of it is gone. */
export async function sentMessage(scope: Scope, blobs: BlobFiles, id: MessageId, tokens: ReturnTokens): Promise<OutboundMessage | null> {
  const [first, ...others] = await deliveriesOfMessages(scope, [id]);
  if (!first) return null;
  return composeMessage(scope, blobs, [first, ...others], tokens).catch((error: unknown) => {
    if (error instanceof NotFoundError || error instanceof BlobMissingError) return null;
    throw error;
  });
}

async function bodyWithQuote(scope: Scope, message: Message): Promise<Pick<OutboundMessage, 'text' | 'html'>> {
  const { text, html } = withFooter(message, message.footer);
  if (message.quotedMessageId === null) return { text, html };
  const quoted = await findMessage(scope, message.quotedMessageId);
  return { text: quoteText(text, quoted), html: html === null ? null : quoteHtml(html, quoted) };
}

async function openable(blobs: BlobFiles, message: Message): Promise<readonly OutboundAttachment[]> {
  const list: OutboundAttachment[] = [];
  for (const { filename, contentType, bytes, sha256 } of message.attachments) {
    if (!(await blobs.has(sha256))) throw new BlobMissingError(sha256, { name: filename, bytes });
    list.push({ filename, contentType, bytes, open: () => createReadStream(blobs.path(sha256)) });
  }
  return list;
}
