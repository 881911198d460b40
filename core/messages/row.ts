import type { Folds } from '../ingest/types.ts';
import { spamFromRow, virusFromRow } from '../ingest/verdict.ts';
import { readAuthentication } from '../lib/authentication.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import type { AgentId, AttachmentId, ConversationId, InboxId, MessageId, RawInboundId } from '../lib/ids.ts';
import type { SafeHtml } from '../lib/safe-html.ts';
import type { Invitation, Machine } from '../plugins/contract.ts';
import type { Attachment, Direction, EnclosedInList, Message, MessageKind, Reading, Recipients, SenderStatus } from './types.ts';

/** What is read of a message wherever it is read, by the alias `m`. */
export const COLUMNS = [
  'id',
  'conversation_id',
  'inbox_id',
  'raw_inbound_id',
  'author_id',
  'kind',
  'direction',
  'from_address',
  'from_name',
  'recipients',
  'subject',
  'folds',
  'external_id',
  'references',
  'quoted_message_id',
  'automated',
  'machine',
  'has_copies',
  'sender_status',
  'sent_at',
  'scheduled_at',
  'stops_on_answer',
  'created_at',
].map((column) => `m.${column}`);

/** Columns of `messages` with those of its author. */
export interface Row {
  id: number;
  conversation_id: number;
  inbox_id: number;
  raw_inbound_id: number | null;
  author_id: number | null;
  kind: string;
  direction: string;
  from_address: string;
  from_name: string | null;
  recipients: string;
  subject: string | null;
  text: string;
  html: string | null;
  folds: string | null;
  external_id: string | null;
  external_id_hash: string | null;
  references: string;
  quoted_message_id: number | null;
  automated: boolean | number;
  machine: string | null;
  has_copies: boolean | number;
  sender_status: string;
  sent_at: string | null;
  scheduled_at: string | null;
  stops_on_answer: boolean | number;
  before_sending: string | null;
  created_at: string;
}

export interface ReadRow extends Row {
  first_name: string | null;
  last_name: string | null;
  has_html: boolean | number;
  text_is_cut: boolean | number;
  footer_text: string | null;
  footer_html: string | null;
  authentication: string | null;
  spam_state: string | null;
  spam_score: number | null;
  spam_report: string | null;
  virus_state: string | null;
  virus_name: string | null;
}

export interface AttachmentRow {
  id: number;
  message_id: number;
  position: number;
  filename: string;
  content_type: string;
  bytes: number;
  blob_sha256: string;
  content_id: string | null;
  inline: boolean | number;
  inside: number | null;
}

/** With what it says, of `attachment_readings`. */
export interface ReadAttachmentRow extends AttachmentRow {
  virus_state: string | null;
  virus_name: string | null;
  facts: string | null;
  reading_text: string | null;
  text_is_cut: boolean | number | null;
  has_html: boolean | number | null;
}

/** A message without what hangs on it. */
export type BareMessage = Omit<Message, 'attachments' | 'deliveries' | 'copies'>;

export function fromRow(row: ReadRow): BareMessage {
  return {
    id: row.id as MessageId,
    conversationId: row.conversation_id as ConversationId,
    inboxId: row.inbox_id as InboxId,
    rawInboundId: row.raw_inbound_id as RawInboundId | null,
    kind: row.kind as MessageKind,
    direction: row.direction as Direction,
    author:
      row.author_id === null ? null : { id: row.author_id as AgentId, firstName: row.first_name ?? '', lastName: row.last_name ?? '' },
    from: { address: row.from_address, name: row.from_name },
    ...recipientsOf(row),
    subject: row.subject,
    text: row.text,
    textIsCut: Boolean(row.text_is_cut),
    html: row.html as SafeHtml | null,
    hasHtml: Boolean(row.has_html),
    folds: row.folds === null ? null : (JSON.parse(row.folds) as Folds),
    footer: row.footer_text === null ? null : { text: row.footer_text, html: (row.footer_html ?? '') as SafeHtml },
    externalId: row.external_id,
    references: JSON.parse(row.references) as string[],
    quotedMessageId: row.quoted_message_id as MessageId | null,
    automated: Boolean(row.automated),
    machine: row.machine as Machine | null,
    hasCopies: Boolean(row.has_copies),
    authentication: row.authentication === null ? null : readAuthentication(JSON.parse(row.authentication)),
    senderStatus: row.sender_status as SenderStatus,
    sentAt: row.sent_at === null ? null : new Date(row.sent_at),
    scheduledAt: row.scheduled_at === null ? null : new Date(row.scheduled_at),
    stopsOnAnswer: Boolean(row.stops_on_answer),
    createdAt: new Date(row.created_at),
    spam: spamFromRow(row),
    virus: virusFromRow(row),
  };
}

export function recipientsOf(row: Pick<Row, 'recipients'>): Recipients {
  const { to = [], cc = [], bcc = [], replyTo = [] } = JSON.parse(row.recipients) as Partial<Recipients>;
  return { to, cc, bcc, replyTo };
}

export const attachmentFromRow = (row: ReadAttachmentRow): Attachment => ({
  id: row.id as AttachmentId,
  messageId: row.message_id as MessageId,
  filename: row.filename,
  contentType: row.content_type,
  bytes: row.bytes,
  sha256: row.blob_sha256,
  contentId: row.content_id,
  inline: Boolean(row.inline),
  position: row.position,
  inside: row.inside,
  virus: virusFromRow(row),
  reading: row.facts === null ? null : readingOf(row, row.facts),
});

function readingOf(row: ReadAttachmentRow, json: string): Reading {
  const facts = JSON.parse(json) as Invitation | Omit<EnclosedInList, 'text' | 'hasHtml' | 'textIsCut'>;
  if (facts.kind === 'invitation') return facts;
  return { ...facts, text: row.reading_text ?? '', hasHtml: Boolean(row.has_html), textIsCut: Boolean(row.text_is_cut) };
}

/** Addresses as they are stored; names and addresses come from outside. */
export const named = (list: readonly NamedAddress[]): readonly NamedAddress[] => list.map(({ address, name }) => ({ address, name }));
