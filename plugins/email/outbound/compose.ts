import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type MailComposer from 'nodemailer/lib/mail-composer';
import { domainOf, type NamedAddress } from '../../../core/lib/email-address.ts';
import type { Inbox, OutboundAttachment, OutboundMessage, SigningKey } from '../../../core/plugins/contract.ts';
import { withReplyToken } from '../reply-token.ts';
import type { EmailSettings } from '../settings.ts';
import { attached, withContentIds } from './attached.ts';
import { isAscii, oneLine, plainText } from './one-line.ts';
import { inPieces } from './pieces.ts';
import { signed } from './sign.ts';

/** Of a line, without the space and the brackets around it. */
const MAX_ID_BYTES = 998 - 3;

/** The mail as bytes, made only when somebody reads it. */
export interface LazyMail {
  readonly stream: Readable;
  /** True from the moment the last byte was handed over: from then on the relay may have taken the mail. */
  isWhole(): boolean;
}

export interface MailOptions {
  /** Each signs the mail. */
  readonly keys?: readonly SigningKey[];
  /** Whether header fields may hold addresses and ids with letters beyond ASCII (RFC 6532); else such are left out of them. */
  readonly utf8?: boolean;
}

/** Builds the mail for one attempt. The same message gives the same bytes on every attempt. */
export function composeMail(
  message: OutboundMessage,
  inbox: Inbox<EmailSettings>,
  { keys = [], utf8 = false }: MailOptions = {},
): LazyMail {
  let whole = false;
  const open = (): AsyncGenerator<Uint8Array> => plain(withFittingIds(utf8 ? message : withAsciiAddresses(message), utf8), inbox);
  const write = async function* (): AsyncGenerator<Uint8Array> {
    yield* keys.length > 0 ? signed(open, domainOf(inbox.address), keys, message.writtenAt) : open();
    whole = true;
  };
  return { stream: Readable.from(write(), { objectMode: false }), isWhole: () => whole };
}

async function* plain(message: OutboundMessage, inbox: Inbox<EmailSettings>): AsyncGenerator<Uint8Array> {
  const { default: Composer } = await import('nodemailer/lib/mail-composer');
  const files = message.attachments.map((attachment) => ({ attachment, stream: attachment.open() }));
  const source = new Composer(mailOf(message, inbox, files)).compile().createReadStream();
  try {
    // A reference that cannot be read must end the mail, not leave it waiting for ever.
    for (const { stream } of files) stream.on('error', (error) => source.destroy(error));
    yield* inPieces(source);
  } finally {
    for (const { stream } of files) stream.destroy();
    source.destroy();
  }
}

function withAsciiAddresses(message: OutboundMessage): OutboundMessage {
  const usable = ({ address }: NamedAddress): boolean => isAscii(address);
  return { ...message, to: message.to.filter(usable), cc: message.cc.filter(usable) };
}

/** Ids of other people's mail, as they are or not at all: a changed one names nothing. One longer than a line (RFC 5322 §2.1.1) cannot be written. */
function withFittingIds(message: OutboundMessage, utf8: boolean): OutboundMessage {
  const signs = utf8 ? /^[^\p{C}\p{Z}<>\ufffd]+$/u : /^[!-;=?-~]+$/;
  const fits = (id: string): boolean => signs.test(id) && Buffer.byteLength(id) <= MAX_ID_BYTES;
  const { inReplyTo, references } = message;
  return { ...message, inReplyTo: inReplyTo !== null && fits(inReplyTo) ? inReplyTo : null, references: references.filter(fits) };
}

type OpenFile = { readonly attachment: OutboundAttachment; readonly stream: Readable };

function mailOf(
  message: OutboundMessage,
  inbox: Inbox<EmailSettings>,
  files: readonly OpenFile[],
): ConstructorParameters<typeof MailComposer>[0] {
  const replyTo = inbox.settings.replyTokens && message.replyToken ? withReplyToken(inbox.address, message.replyToken) : null;
  const sender = senderName(message, inbox);
  return {
    from: named({ address: inbox.address, name: sender }),
    ...(replyTo ? { replyTo: named({ address: replyTo, name: sender }) } : {}),
    to: message.to.map(named),
    cc: message.cc.map(named),
    subject: oneLine(message.subject ?? ''),
    messageId: `<${oneLine(message.externalId)}>`,
    ...(message.inReplyTo ? { inReplyTo: `<${message.inReplyTo}>` } : {}),
    ...(message.references.length > 0 ? { references: message.references.map((id) => `<${id}>`) } : {}),
    date: message.writtenAt,
    headers: machineHeaders(message),
    text: plainText(message.text),
    ...(message.html === null ? {} : { html: plainText(withContentIds(message.html, message.attachments)) }),
    attachments: files.map(({ attachment, stream }) => attached(attachment, stream, message.html)),
    // Fixed, so that a mail made twice is the same mail.
    baseBoundary: createHash('sha256').update(message.externalId).digest('hex').slice(0, 32),
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: '\r\n',
  };
}

/** Says to other machines that nobody wrote this (RFC 3834 §5; the second for Exchange). */
function machineHeaders(message: OutboundMessage): Readonly<Record<string, string>> {
  if (!message.automated) return {};
  return { 'Auto-Submitted': isAutoReply(message) ? 'auto-replied' : 'auto-generated', 'X-Auto-Response-Suppress': 'All' };
}

/** An answer in a conversation that nobody wrote; mail of the machine itself (a reset link) belongs to none. */
export const isAutoReply = ({ automated, replyToken }: OutboundMessage): boolean => automated && replyToken !== null;

/** Who the customer sees; core has put "Agent, Company" into `fromName`. */
function senderName(message: OutboundMessage, inbox: Inbox<EmailSettings>): string {
  return inbox.settings.senderName === 'company' ? inbox.name : (message.fromName ?? inbox.name);
}

/** Always an object, never a text that could hold a second address (reliability K10). */
const named = ({ address, name }: NamedAddress): { address: string; name: string } => ({
  address: oneLine(address),
  name: oneLine(name ?? ''),
});
