import type { Delivery } from '../deliveries/types.ts';
import type { Footer } from '../footers/types.ts';
import type { Folds, StoredEnclosedMessage } from '../ingest/types.ts';
import type { SpamVerdict, VirusVerdict } from '../ingest/verdict.ts';
import type { Authentication } from '../lib/authentication.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import type { AgentId, AttachmentId, ConversationId, InboxId, MessageId, RawInboundId } from '../lib/ids.ts';
import type { SafeHtml } from '../lib/safe-html.ts';
import type { Invitation, Machine } from '../plugins/contract.ts';

/** `message` opens or continues from outside (or is a new outbound one), `reply` is ours in answer, `note` never leaves. */
export const MESSAGE_KINDS = ['message', 'reply', 'note'] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

export const DIRECTIONS = ['inbound', 'outbound', 'internal'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** `new_participant`: joined by a token or an id of ours, but this sender was not in the conversation before. */
export const SENDER_STATUSES = ['participant', 'new_participant'] as const;
export type SenderStatus = (typeof SENDER_STATUSES)[number];

export interface Attachment {
  readonly id: AttachmentId;
  readonly messageId: MessageId;
  /** As the sender wrote it: data, never a path. May be empty. */
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Without angle brackets (RFC 2392); null when the body does not refer to it. */
  readonly contentId: string | null;
  readonly inline: boolean;
  readonly position: number;
  /** Position of the attachment it was unpacked from; null = a part of the message itself. */
  readonly inside: number | null;
  /** Of a file that was taken while no scanner answered, or that is too large for it; null = nothing more is known than of its message. */
  readonly virus: VirusVerdict | null;
  readonly reading: Reading | null;
}

/** With what decides who may fetch it. */
export interface FoundAttachment extends Attachment {
  readonly conversationId: ConversationId;
  /** Of the message that it came with, or of itself. */
  readonly virus: VirusVerdict | null;
}

/** What an attachment says. Of a message in a message the text is cut to `READING_IN_LIST` characters and the HTML left for its frame. */
export type Reading = EnclosedInList | Invitation;
export interface EnclosedInList extends Omit<StoredEnclosedMessage, 'html'> {
  readonly hasHtml: boolean;
  readonly textIsCut: boolean;
}
export const READING_IN_LIST = 20_000;

/** Who a message was written to. */
export interface Recipients {
  readonly to: readonly NamedAddress[];
  readonly cc: readonly NamedAddress[];
  readonly bcc: readonly NamedAddress[];
  readonly replyTo: readonly NamedAddress[];
}

/** The same mail in another inbox. */
export interface Copy {
  readonly conversationId: ConversationId;
  readonly inboxName: string;
}

export interface Message extends Recipients {
  readonly id: MessageId;
  readonly conversationId: ConversationId;
  readonly inboxId: InboxId;
  /** What it was made from; null for our own. */
  readonly rawInboundId: RawInboundId | null;
  readonly kind: MessageKind;
  readonly direction: Direction;
  readonly author: { readonly id: AgentId; readonly firstName: string; readonly lastName: string } | null;
  readonly from: NamedAddress;
  readonly subject: string | null;
  /** In a list page at most `TEXT_IN_LIST` characters; `textIsCut` says so. */
  readonly text: string;
  readonly textIsCut: boolean;
  /** Null without HTML, and for inbound messages in list pages that did not ask for it. */
  readonly html: SafeHtml | null;
  readonly hasHtml: boolean;
  /** Null for what was written here and what came before folding was known. */
  readonly folds: Folds | null;
  /** What stands below it, and is no part of its text; null = nothing. */
  readonly footer: Footer | null;
  readonly externalId: string | null;
  /** Oldest first (RFC 5322 §3.6.4). */
  readonly references: readonly string[];
  /** The message whose text follows below ours when this one is sent; null = none. */
  readonly quotedMessageId: MessageId | null;
  readonly automated: boolean;
  /** What kind of machine; null for people and where nobody can tell. */
  readonly machine: Machine | null;
  /** Other inboxes of ours received it too: see `copies`. */
  readonly hasCopies: boolean;
  /** Who really sent it; null for our own and where nobody checked. */
  readonly authentication: Authentication | null;
  readonly senderStatus: SenderStatus;
  /** What the sender's clock said; shown, never sorted by. */
  readonly sentAt: Date | null;
  /** The moment its author chose for sending; null = at once, after the time for taking it back. */
  readonly scheduledAt: Date | null;
  /** It is taken back by itself when the contact writes before it was sent. */
  readonly stopsOnAnswer: boolean;
  readonly createdAt: Date;
  /** What the filters said of it; null when nobody asked. */
  readonly spam: SpamVerdict | null;
  /** What the scanners found in it, files included; of one written here, in its files alone. Null when nobody asked, or all is well. */
  readonly virus: VirusVerdict | null;
  readonly attachments: readonly Attachment[];
  readonly deliveries: readonly Delivery[];
  /** Where else the same mail arrived. */
  readonly copies: readonly Copy[];
}

export const TEXT_IN_LIST = 60_000;

/** Some messages of a conversation, oldest first; `earlier` is null at its beginning, else the cursor of the page before. */
export interface MessagePage {
  readonly items: readonly Message[];
  readonly earlier: string | null;
}
