import { locked } from '../db/dialect.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import { virusFromRow } from '../ingest/verdict.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { AgentId, ConversationId, DraftAttachmentId } from '../lib/ids.ts';
import { type FileRow, fileColumns, fileFromRow, kindOf, placeIn, type WrittenRow, writtenFromRow } from './columns.ts';
import type { Draft, DraftAttachment, DraftInput, SharedDraft } from './types.ts';

interface Row extends WrittenRow {
  id: number;
  updated_at: string;
}

/** All drafts of one agent in one query: they mark the rows of a list and fill the composer. */
export async function draftsOfAgent({ db }: Scope, agentId: AgentId): Promise<readonly Draft[]> {
  const rows: Row[] = await db('drafts').where({ agent_id: agentId }).orderBy('id', 'desc').limit(500);
  const attachments = await attachmentsOf(db, rows);
  return rows.map((row) => fromRow(row, attachments.get(row.id) ?? []));
}

/** What others are writing in a conversation, the newest first: those with words in them, of each text the beginning. */
export async function draftsOfOthers(
  { db }: Scope,
  agentId: AgentId,
  conversationId: ConversationId,
  most: { readonly drafts: number; readonly chars: number },
): Promise<readonly SharedDraft[]> {
  const rows: (Row & { name: string; email: string; chars: number })[] = await db('drafts as d')
    .join('agents as a', 'a.id', 'd.agent_id')
    .where('d.conversation_id', conversationId)
    .whereNot('d.agent_id', agentId)
    .whereRaw("trim(d.text) <> ''")
    .orderBy([
      { column: 'd.updated_at', order: 'desc' },
      { column: 'd.id', order: 'desc' },
    ])
    .limit(most.drafts)
    .select('d.id', 'd.agent_id', 'd.kind', 'd.updated_at', 'a.email', db.raw("trim(a.first_name || ' ' || a.last_name) as name"))
    .select(db.raw('substr(d.text, 1, ?) as text', [most.chars]), db.raw('length(d.text) as chars'));
  const attachments = await attachmentsOf(db, rows);
  return rows.map((row) => ({
    agentId: row.agent_id as AgentId,
    name: row.name || row.email,
    kind: kindOf(row.kind),
    text: row.text,
    isCut: Number(row.chars) > most.chars,
    files: (attachments.get(row.id) ?? []).map(({ filename }) => filename),
    at: new Date(row.updated_at),
  }));
}

/** One draft, or null. */
export async function findDraft({ db }: Scope, agentId: AgentId, conversationId: ConversationId | null): Promise<Draft | null> {
  const row: Row | undefined = await placeOf(db, agentId, conversationId).first();
  return row ? fromRow(row, (await attachmentsOf(db, [row])).get(row.id) ?? []) : null;
}

interface AttachmentRow extends FileRow {
  id: number;
  draft_id: number;
  virus_state: string | null;
  virus_name: string | null;
}

async function attachmentsOf(db: Scope['db'], drafts: readonly Row[]): Promise<ReadonlyMap<number, readonly DraftAttachment[]>> {
  if (drafts.length === 0) return new Map();
  const ids = drafts.map(({ id }) => id);
  const rows: AttachmentRow[] = await db('draft_attachments as a')
    .leftJoin('file_scans as v', 'v.sha256', 'a.blob_sha256')
    .whereIn('a.draft_id', ids)
    .orderBy('a.id')
    .select('a.*', 'v.virus_state', 'v.virus_name');
  const list = rows.map((row) => ({
    draftId: row.draft_id,
    id: row.id as DraftAttachmentId,
    ...fileFromRow(row),
    virus: virusFromRow(row),
  }));
  return Map.groupBy(list, ({ draftId }) => draftId);
}

/** Adds files to a draft that is there. */
export async function addAttachmentRows(
  { db }: WriteScope,
  agentId: AgentId,
  conversationId: ConversationId | null,
  files: readonly Omit<DraftAttachment, 'id'>[],
): Promise<void> {
  const row: Row | undefined = await placeOf(db, agentId, conversationId).first('id');
  if (!row || files.length === 0) return;
  await db('draft_attachments').insert(files.map((file) => ({ draft_id: row.id, ...fileColumns(file) })));
}

/** Puts the draft in the place of the former one. Throws NotFoundError when the conversation was deleted for good meanwhile. */
export async function saveRow(tx: WriteScope, agentId: AgentId, conversationId: ConversationId | null, draft: DraftInput): Promise<void> {
  const columns = { kind: draft.kind, html: draft.html, text: draft.text, fields: JSON.stringify(draft.fields) };
  const values = { ...columns, updated_at: tx.now().toISOString() };
  const change = () => placeOf(tx.db, agentId, conversationId).update(values);
  if ((await change()) > 0) return;
  // The first time one after another: the unique key does not hold for a new message, which has no conversation.
  const [table, id] = conversationId === null ? ['agents', agentId] : ['conversations', conversationId];
  if (!(await locked(tx.db, tx.db(table).where({ id }).first('id')))) throw new NotFoundError('Conversation');
  if ((await change()) > 0) return;
  await tx.db('drafts').insert({ ...values, agent_id: agentId, conversation_id: conversationId });
}

export async function deleteRow(tx: WriteScope, agentId: AgentId, conversationId: ConversationId | null): Promise<void> {
  await placeOf(tx.db, agentId, conversationId).delete();
}

const REMEMBERED_MS = 30 * 24 * 3_600_000;

/** Notes that this composer of the agent was sent; answers false when it was before. Waits for whoever is noting the same at this moment. */
export async function noteSentForm({ db, now }: WriteScope, agentId: AgentId, token: string): Promise<boolean> {
  const forms = db('sent_forms').where({ agent_id: agentId });
  await forms.where('sent_at', '<', new Date(now().getTime() - REMEMBERED_MS).toISOString()).delete();
  const row = { agent_id: agentId, token, sent_at: now().toISOString() };
  return (await db('sent_forms').insert(row).onConflict(['agent_id', 'token']).ignore().returning('id')).length === 1;
}

const placeOf = (db: Scope['db'], agentId: AgentId, conversationId: ConversationId | null) =>
  placeIn(db, 'drafts', agentId, conversationId);

const fromRow = (row: Row, attachments: readonly DraftAttachment[]): Draft => ({
  ...writtenFromRow(row),
  attachments,
  updatedAt: new Date(row.updated_at),
});
