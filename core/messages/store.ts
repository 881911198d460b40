import { add, insert } from '../db/direct.ts';
import { reservedId } from '../db/reserved.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { Folds, StoredAttachment, StoredReading } from '../ingest/types.ts';
import { virusFromRow, worstOf } from '../ingest/verdict.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import type { AgentId, AttachmentId, ConversationId, InboxId, MessageId, RawInboundId, TransferId } from '../lib/ids.ts';
import type { SafeHtml } from '../lib/safe-html.ts';
import { storable } from '../lib/text.ts';
import type { Machine } from '../plugins/contract.ts';
import { type Held, heldColumns } from './held.ts';
import { hashOf } from './id-hash.ts';
import {
  type AttachmentRow,
  attachmentFromRow,
  type BareMessage,
  COLUMNS,
  fromRow,
  named,
  type ReadAttachmentRow,
  type ReadRow,
  type Row,
  recipientsOf,
} from './row.ts';
import {
  type Attachment,
  type Direction,
  type FoundAttachment,
  type MessageKind,
  READING_IN_LIST,
  type Recipients,
  type SenderStatus,
  TEXT_IN_LIST,
} from './types.ts';

const READ = (db: Scope['db'], whole: boolean) =>
  db('messages as m')
    .leftJoin('agents as a', 'a.id', 'm.author_id')
    .leftJoin('raw_inbound as r', 'r.id', 'm.raw_inbound_id')
    .leftJoin('message_footers as f', 'f.message_id', 'm.id')
    .select(COLUMNS)
    .select('f.text as footer_text', 'f.html as footer_html')
    .select('r.spam_state', 'r.spam_score', 'r.spam_report', 'r.virus_state', 'r.virus_name')
    .select('a.first_name', 'a.last_name', 'r.authentication', db.raw('m.html is not null as has_html'))
    .select(
      whole
        ? ['m.text', 'm.html', db.raw('false as text_is_cut')]
        : [
            db.raw('substr(m.text, 1, ?) as text', [TEXT_IN_LIST]),
            db.raw("case when m.direction <> 'inbound' then m.html end as html"),
            db.raw('length(m.text) > ? as text_is_cut', [TEXT_IN_LIST]),
          ],
    );

/** Newest first, older than `before`, by when they were written or reached us: what is fetched from an account comes in any order. */
export async function listNewest(
  { db }: Scope,
  id: ConversationId,
  before: { readonly at: string; readonly id: number } | null,
  limit: number,
  whole: boolean,
): Promise<readonly BareMessage[]> {
  const query = READ(db, whole).where('m.conversation_id', id).orderBy('m.created_at', 'desc').orderBy('m.id', 'desc').limit(limit);
  if (before !== null) query.whereRaw('(m.created_at, m.id) < (?, ?)', [before.at, before.id]);
  const rows: ReadRow[] = await query;
  return rows.map(fromRow);
}

export async function findMessageById({ db }: Scope, id: MessageId): Promise<BareMessage | null> {
  const row: ReadRow | undefined = await READ(db, true).where('m.id', id).first();
  return row ? fromRow(row) : null;
}

/** Of those that are there, in no order. */
export async function findMessagesById({ db }: Scope, ids: readonly MessageId[]): Promise<readonly BareMessage[]> {
  const rows: ReadRow[] = await READ(db, true).whereIn('m.id', [...ids]);
  return rows.map(fromRow);
}

export async function findFirstOf({ db }: Scope, id: ConversationId): Promise<BareMessage | null> {
  const row: ReadRow | undefined = await READ(db, true).where('m.conversation_id', id).orderBy('m.created_at').orderBy('m.id').first();
  return row ? fromRow(row) : null;
}

export async function attachmentsOf({ db }: Scope, ids: readonly MessageId[]): Promise<readonly Attachment[]> {
  const rows: ReadAttachmentRow[] = await READ_ATTACHMENTS(db).whereIn('a.message_id', ids).orderBy(['a.message_id', 'a.position']);
  return rows.map(attachmentFromRow);
}

const READ_ATTACHMENTS = (db: Scope['db']) =>
  db('attachments as a')
    .leftJoin('attachment_readings as r', 'r.attachment_id', 'a.id')
    .leftJoin('file_scans as v', 'v.sha256', 'a.blob_sha256')
    .select('a.*', 'v.virus_state', 'v.virus_name', 'r.facts', db.raw('r.html is not null as has_html'))
    .select(
      db.raw('substr(r.text, 1, ?) as reading_text', [READING_IN_LIST]),
      db.raw('length(r.text) > ? as text_is_cut', [READING_IN_LIST]),
    );

/** The HTML of a message in a message; null when the attachment is none or has none. */
export async function findEnclosedHtml({ db }: Scope, id: AttachmentId): Promise<SafeHtml | null> {
  const row: { html: SafeHtml | null } | undefined = await db('attachment_readings').where({ attachment_id: id }).first('html');
  return row?.html ?? null;
}

export async function findAttachmentById({ db }: Scope, id: AttachmentId): Promise<FoundAttachment | null> {
  const row: (ReadAttachmentRow & { conversation_id: number; kept_state: string | null; kept_name: string | null }) | undefined =
    await READ_ATTACHMENTS(db)
      .join('messages', 'messages.id', 'a.message_id')
      .leftJoin('raw_inbound as k', 'k.id', 'messages.raw_inbound_id')
      .where('a.id', id)
      .first('messages.conversation_id', 'k.virus_state as kept_state', 'k.virus_name as kept_name');
  if (!row) return null;
  const attachment = attachmentFromRow(row);
  const virus = worstOf([virusFromRow({ virus_state: row.kept_state, virus_name: row.kept_name }), attachment.virus]);
  return { ...attachment, conversationId: row.conversation_id as ConversationId, virus };
}

export async function findRaw({ db }: Scope, id: MessageId): Promise<{ sha256: string; bytes: number; contentType: string } | null> {
  const row: { blob_sha256: string; bytes: number; content_type: string } | undefined = await db('messages')
    .join('raw_inbound', 'raw_inbound.id', 'messages.raw_inbound_id')
    .where('messages.id', id)
    .first('raw_inbound.blob_sha256', 'raw_inbound.bytes', 'raw_inbound.content_type');
  return row ? { sha256: row.blob_sha256, bytes: row.bytes, contentType: row.content_type } : null;
}

export interface NewMessage extends Recipients {
  readonly conversationId: ConversationId;
  readonly inboxId: InboxId;
  readonly rawInboundId: RawInboundId | null;
  readonly authorId: AgentId | null;
  readonly kind: MessageKind;
  readonly direction: Direction;
  readonly from: NamedAddress;
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  readonly folds?: Folds | undefined;
  /** What lists show of it, and its words as they are indexed; without, they are found now. */
  readonly ownWords?: string | undefined;
  readonly words?: string | undefined;
  readonly externalId: string | null;
  readonly references: readonly string[];
  readonly quotedMessageId: MessageId | null;
  readonly automated: boolean;
  /** Absent = none. */
  readonly machine?: Machine | null;
  readonly senderStatus: SenderStatus;
  readonly sentAt: string | null;
  readonly held?: Held;
  readonly createdAt: Date;
}

export async function insertMessage({ db }: WriteScope, message: NewMessage): Promise<MessageId> {
  const externalId = message.externalId === null ? null : storable(message.externalId);
  const recipients = { to: named(message.to), cc: named(message.cc), bcc: named(message.bcc), replyTo: named(message.replyTo) };
  const row = {
    conversation_id: message.conversationId,
    inbox_id: message.inboxId,
    raw_inbound_id: message.rawInboundId,
    author_id: message.authorId,
    kind: message.kind,
    direction: message.direction,
    from_address: storable(message.from.address),
    from_name: message.from.name === null ? null : storable(message.from.name),
    recipients: storable(JSON.stringify(recipients)),
    subject: message.subject === null ? null : storable(message.subject),
    text: storable(message.text),
    html: message.html === null ? null : storable(message.html),
    folds: message.folds ? JSON.stringify(message.folds) : null,
    external_id: externalId,
    external_id_hash: externalId === null ? null : hashOf(externalId),
    references: storable(JSON.stringify(message.references)),
    quoted_message_id: message.quotedMessageId,
    automated: message.automated,
    machine: message.machine ?? null,
    sender_status: message.senderStatus,
    sent_at: message.sentAt,
    ...heldColumns(message.held),
    created_at: message.createdAt.toISOString(),
  };
  const reserved = reservedId(db, 'messages');
  if (reserved !== undefined) {
    await add(db, 'messages', [{ id: reserved, ...row }]);
    return reserved as MessageId;
  }
  const [made] = await insert<{ id: MessageId }>(db, 'messages', [row], 'returning id');
  if (!made) throw new Error('insert returned no row');
  return made.id;
}

export async function insertAttachments({ db }: WriteScope, messageId: MessageId, list: readonly StoredAttachment[]): Promise<void> {
  const rows = list.map((one, position) => ({
    message_id: messageId,
    position,
    filename: storable(one.filename),
    content_type: storable(one.contentType),
    bytes: one.bytes,
    blob_sha256: one.sha256,
    content_id: one.contentId === null ? null : storable(one.contentId),
    inline: one.inline,
    inside: one.inside ?? null,
  }));
  for (let from = 0; from < rows.length; from += 100) {
    const inserted: readonly Pick<AttachmentRow, 'id' | 'position'>[] = await db('attachments')
      .insert(rows.slice(from, from + 100))
      .returning(['id', 'position']);
    const readings = inserted.flatMap(({ id, position }) => {
      const reading = list[position]?.reading;
      return reading ? [readingRow(id, reading)] : [];
    });
    for (const row of readings) await db('attachment_readings').insert(row);
  }
}

function readingRow(attachmentId: number, reading: StoredReading) {
  const { text, html, ...facts } = reading.kind === 'message' ? reading : { ...reading, text: '', html: null };
  return { attachment_id: attachmentId, kind: reading.kind, facts: storable(JSON.stringify(facts)), text: storable(text), html };
}

/** Who wrote a message to whom, and whether that makes them take part. */
export type Envelope = Recipients & Pick<NewMessage, 'kind' | 'direction' | 'senderStatus' | 'from'> & { readonly id: MessageId };

/** Envelopes of a conversation, or of what a transfer moved, in the order of their ids, after the given one. */
export async function envelopesOf(
  { db }: Scope,
  where: { readonly conversationId: ConversationId } | { readonly transferId: TransferId },
  after: number,
  limit: number,
): Promise<readonly Envelope[]> {
  const query = db<Row>('messages').where('id', '>', after).orderBy('id').limit(limit);
  if ('conversationId' in where) query.where({ conversation_id: where.conversationId });
  else query.whereIn('id', db('transferred_messages').where({ transfer_id: where.transferId }).select('message_id'));
  const rows = await query.select('id', 'kind', 'direction', 'sender_status', 'from_address', 'from_name', 'recipients');
  return rows.map((row) => ({
    ...recipientsOf(row),
    id: row.id as MessageId,
    kind: row.kind as MessageKind,
    direction: row.direction as Direction,
    senderStatus: row.sender_status as SenderStatus,
    from: { address: row.from_address, name: row.from_name },
  }));
}

/** A stored message that an id given from outside points to. */
export interface Matched {
  readonly messageId: MessageId;
  readonly conversationId: ConversationId;
  readonly direction: Direction;
  readonly externalId: string;
}

/** Messages of the inbox, or in a conversation of it, with one of these ids, in the order of `externalIds`, newest first among equals. */
export async function findByExternalIds({ db }: Scope, inboxId: InboxId, externalIds: readonly string[]): Promise<readonly Matched[]> {
  const hashes = externalIds.map((id) => hashOf(storable(id)));
  const rows: Pick<Row, 'id' | 'conversation_id' | 'direction' | 'external_id' | 'external_id_hash'>[] = await db('messages as m')
    .join('conversations as c', 'c.id', 'm.conversation_id')
    .whereIn('m.external_id_hash', hashes)
    .where((either) => either.where('m.inbox_id', inboxId).orWhere('c.inbox_id', inboxId))
    .select('m.id', 'm.conversation_id', 'm.direction', 'm.external_id', 'm.external_id_hash')
    .orderBy('m.id', 'desc')
    .limit(200);
  return rows
    .sort((a, b) => hashes.indexOf(a.external_id_hash ?? '') - hashes.indexOf(b.external_id_hash ?? ''))
    .map((row) => ({
      messageId: row.id as MessageId,
      conversationId: row.conversation_id as ConversationId,
      direction: row.direction as Direction,
      externalId: row.external_id ?? '',
    }));
}

export async function distinctSubjects({ db }: Scope, id: ConversationId): Promise<readonly string[]> {
  const sent = db('messages').where({ conversation_id: id }).whereNot({ kind: 'note' }).whereNotNull('subject');
  return sent.distinct('subject').limit(50).pluck('subject');
}

/** What an answer refers to: the newest message that came in, or when none did, the newest we wrote. */
export async function findAnswered(scope: Scope, id: ConversationId): Promise<BareMessage | null> {
  for (const narrow of [
    { direction: 'inbound', automated: false, sender_status: 'participant' },
    { direction: 'inbound' },
    { direction: 'outbound' },
  ]) {
    const found = await scope
      .db<Row>('messages')
      .where({ conversation_id: id, ...narrow })
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .first('id');
    if (found) return findMessageById(scope, found.id as MessageId);
  }
  return null;
}
