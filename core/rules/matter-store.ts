import type { Knex } from 'knex';
import type { Scope } from '../db/scope.ts';
import { visibleConversations } from '../db/visible.ts';
import type { ConversationId, FolderId, InboxId, MessageId } from '../lib/ids.ts';
import type { Recipients } from '../messages/types.ts';
import type { Machine } from '../plugins/contract.ts';
import type { Facts, Needs } from './compile.ts';

/** So much of a body is looked through. */
export const MAX_BODY_CHARS = 100_000;
const MAX_SUBJECT_CHARS = 10_000;
const REPORTS: ReadonlySet<string> = new Set(['delivery', 'disposition', 'feedback'] satisfies readonly Machine[]);

/** A received message as rules see it; its headers are read from the file. */
export interface Matter {
  readonly id: MessageId;
  readonly conversationId: ConversationId;
  readonly folderId: FolderId;
  /** As it was written. */
  readonly subject: string;
  readonly from: string;
  /** Of whoever wrote, as it was received. */
  readonly address: string;
  readonly at: Date;
  /** The conversation began with it. */
  readonly opens: boolean;
  /** Of a mail server or program about mail of ours. */
  readonly isReport: boolean;
  readonly sha256: string | null;
  readonly facts: Facts;
}

interface Row {
  id: MessageId;
  conversation_id: ConversationId;
  folder_id: FolderId;
  inbox_id: InboxId;
  inbox_address: string;
  from_address: string;
  from_name: string | null;
  recipients: string;
  subject: string | null;
  text: string | null;
  machine: string | null;
  created_at: string;
  opens: boolean | number;
  blob_sha256: string | null;
  spam_score: number | null;
}

const received = (db: Knex, needs: Needs): Knex.QueryBuilder =>
  db('messages as m')
    .join('conversations as c', 'c.id', 'm.conversation_id')
    .join('inboxes as i', 'i.id', 'm.inbox_id')
    .leftJoin('raw_inbound as r', 'r.id', 'm.raw_inbound_id')
    .where('m.direction', 'inbound')
    .whereNull('c.spam_at')
    .whereNull('c.trashed_at')
    .select('m.id', 'm.conversation_id', 'c.folder_id', 'm.inbox_id', 'i.address as inbox_address', 'm.from_address', 'm.from_name')
    .select('m.recipients', 'm.subject', 'm.machine', 'm.created_at', 'r.blob_sha256', 'r.spam_score')
    .select(needs.body ? db.raw('substr(m.text, 1, ?) as text', [MAX_BODY_CHARS]) : db.raw('null as text'))
    .select(db.raw('not exists (select 1 from messages p where p.conversation_id = m.conversation_id and p.id < m.id) as opens'));

/** One that was received and is not in spam; null = there is none. */
export async function findMatter({ db }: Scope, id: MessageId, needs: Needs): Promise<Matter | null> {
  const rows: Row[] = await received(db, needs).where('m.id', id);
  return (await withFiles(db, rows))[0] ?? null;
}

/** The newest that the actor sees, before `before`. */
export async function newestMatters(
  { db, actor }: Scope,
  needs: Needs,
  before: MessageId | null,
  limit: number,
): Promise<readonly Matter[]> {
  const query = visibleConversations(db, received(db, needs), actor, 'c').orderBy('m.id', 'desc').limit(limit);
  const rows: Row[] = await (before === null ? query : query.where('m.id', '<', before));
  return withFiles(db, rows);
}

async function withFiles(db: Knex, rows: readonly Row[]): Promise<readonly Matter[]> {
  if (rows.length === 0) return [];
  const files: { message_id: MessageId; filename: string }[] = await db('attachments')
    .whereIn(
      'message_id',
      rows.map(({ id }) => id),
    )
    .where({ inline: false })
    .select('message_id', 'filename');
  const names = Map.groupBy(files, ({ message_id }) => message_id);
  return rows.map((row) =>
    fromRow(
      row,
      (names.get(row.id) ?? []).map(({ filename }) => filename),
    ),
  );
}

function fromRow(row: Row, files: readonly string[]): Matter {
  const { to = [], cc = [] } = JSON.parse(row.recipients) as Partial<Recipients>;
  const subject = row.subject ?? '';
  return {
    id: row.id,
    conversationId: row.conversation_id,
    folderId: row.folder_id,
    subject,
    from: row.from_name || row.from_address,
    address: row.from_address,
    at: new Date(row.created_at),
    opens: Boolean(row.opens),
    isReport: REPORTS.has(row.machine ?? ''),
    sha256: row.blob_sha256,
    facts: {
      recipient: [...new Set([row.inbox_address, ...[...to, ...cc].map(({ address }) => address)].map((one) => one.toLowerCase()))],
      sender: [row.from_address.toLowerCase()],
      subject: [subject.slice(0, MAX_SUBJECT_CHARS).replace(/\s+/g, ' ').trim().toLowerCase()],
      body: row.text === null ? null : row.text.toLowerCase(),
      attachment_name: files.map((name) => name.toLowerCase()),
      headers: null,
      hasAttachment: files.length > 0,
      inboxId: row.inbox_id,
      spamScore: row.spam_score,
      atWork: null,
      language: null,
      senderLabels: null,
    },
  };
}
