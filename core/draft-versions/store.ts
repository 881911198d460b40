import type { Scope, WriteScope } from '../db/scope.ts';
import { type FileRow, fileColumns, fileFromRow, kindOf, placeIn, type WrittenRow, writtenFromRow } from '../drafts/columns.ts';
import type { Draft } from '../drafts/types.ts';
import type { AgentId, ConversationId, DraftVersionId } from '../lib/ids.ts';
import { type DraftVersion, type ListedVersion, VERSION_REASONS, type VersionFile, type VersionReason } from './types.ts';

interface Row extends WrittenRow {
  id: number;
  reason: string;
  kept_at: string;
}

/** The text and the moment of the newest version of a draft, or null. */
export async function newestOf(
  { db }: Scope,
  agentId: AgentId,
  conversationId: ConversationId | null,
): Promise<{ readonly text: string; readonly at: Date } | null> {
  const row: Pick<Row, 'text' | 'kept_at'> | undefined = await placeOf(db, agentId, conversationId)
    .orderBy('id', 'desc')
    .first('text', 'kept_at');
  return row ? { text: row.text, at: new Date(row.kept_at) } : null;
}

/** One of an agent that was kept since then, or null. */
export async function findVersion({ db }: Scope, agentId: AgentId, id: DraftVersionId, since: Date): Promise<DraftVersion | null> {
  const row: Row | undefined = await db('draft_versions')
    .where({ id, agent_id: agentId })
    .where('kept_at', '>=', since.toISOString())
    .first();
  return row ? fromRow(row, (await filesOf(db, [row.id])).get(row.id) ?? []) : null;
}

/** The newest of an agent that were kept since then, all or those of one conversation and of what was merged into it; of each text the beginning. */
export async function listOf(
  { db }: Scope,
  agentId: AgentId,
  { conversationId, since, limit, chars }: Wanted,
): Promise<readonly ListedVersion[]> {
  const query = db('draft_versions').where({ agent_id: agentId }).where('kept_at', '>=', since.toISOString());
  if (conversationId !== null)
    query.whereIn(
      'conversation_id',
      db('conversations').where({ id: conversationId }).orWhere({ merged_into_id: conversationId }).select('id'),
    );
  const beginning = db.raw('substr(text, 1, ?) as text', [chars]);
  const rows: (Omit<Row, 'html' | 'fields'> & { chars: number })[] = await query
    .orderBy([
      { column: 'kept_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(limit)
    .select('id', 'conversation_id', 'kind', 'reason', 'kept_at', beginning, db.raw('length(text) as chars'));
  const files = await filesOf(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({
    ...headOf(row),
    text: row.text,
    isCut: Number(row.chars) > chars,
    files: (files.get(row.id) ?? []).map(({ filename }) => filename),
  }));
}

interface Wanted {
  /** Null = all. */
  readonly conversationId: ConversationId | null;
  readonly since: Date;
  readonly limit: number;
  /** So much of each text. */
  readonly chars: number;
}

/** A version of the same draft with the same text and the same files, or null. */
export async function findSame({ db }: Scope, draft: Draft, files: readonly VersionFile[]): Promise<DraftVersionId | null> {
  const { text, html, kind } = draft;
  const ids: number[] = await placeOf(db, draft.agentId, draft.conversationId).where({ text, html, kind }).pluck('id');
  const held = await filesOf(db, ids);
  const names = (list: readonly VersionFile[]): string => JSON.stringify(list.map(({ sha256, filename }) => [sha256, filename]).sort());
  return (ids.find((id) => names(held.get(id) ?? []) === names(files)) ?? null) as DraftVersionId | null;
}

export async function markKept({ db, now }: WriteScope, id: DraftVersionId, reason: VersionReason, fields: string): Promise<void> {
  await db('draft_versions').where({ id }).update({ reason, fields, kept_at: now().toISOString() });
}

export async function insertVersion(
  { db, now }: WriteScope,
  { agentId, conversationId, kind, html, text }: Draft,
  fields: string,
  files: readonly VersionFile[],
  reason: VersionReason,
): Promise<DraftVersionId> {
  const columns = { agent_id: agentId, conversation_id: conversationId, kind, html, text, fields, reason, kept_at: now().toISOString() };
  const [row]: { id: number }[] = await db('draft_versions').insert(columns).returning('id');
  if (!row) throw new Error('insert returned no row');
  const rows = files.map((file) => ({ version_id: row.id, ...fileColumns(file) }));
  if (rows.length > 0) await db('draft_version_files').insert(rows);
  return row.id as DraftVersionId;
}

/** Leaves so many of a draft: first go the oldest of those that were only kept because of the time. */
export async function leaveOnly({ db }: WriteScope, { agentId, conversationId }: Draft, most: number): Promise<void> {
  const ids: number[] = await placeOf(db, agentId, conversationId)
    .orderByRaw("case when reason = 'edited' then 1 else 0 end, kept_at desc, id desc")
    .pluck('id');
  if (ids.length > most) await db('draft_versions').whereIn('id', ids.slice(most)).delete();
}

/** Of a draft that was sent: what was kept on the way to the text that the message has now. */
export async function deleteSteps({ db }: WriteScope, agentId: AgentId, conversationId: ConversationId | null): Promise<void> {
  await placeOf(db, agentId, conversationId).where({ reason: 'edited' }).delete();
}

/** Whoever wrote them has them outside any conversation from now on. */
export async function leaveConversation({ db }: WriteScope, id: ConversationId): Promise<void> {
  await db('draft_versions').where({ conversation_id: id }).update({ conversation_id: null });
}

export async function deleteKeptBefore({ db }: WriteScope, before: Date, limit: number): Promise<number> {
  const old = db('draft_versions').where('kept_at', '<', before.toISOString()).limit(limit).select('id');
  return db('draft_versions').whereIn('id', old).delete();
}

const placeOf = (db: Scope['db'], agentId: AgentId, conversationId: ConversationId | null) =>
  placeIn(db, 'draft_versions', agentId, conversationId);

async function filesOf(db: Scope['db'], ids: readonly number[]): Promise<ReadonlyMap<number, readonly VersionFile[]>> {
  if (ids.length === 0) return new Map();
  const rows: (FileRow & { version_id: number })[] = await db('draft_version_files')
    .whereIn('version_id', [...ids])
    .orderBy('id');
  const list = rows.map((row) => ({ versionId: row.version_id, file: fileFromRow(row) }));
  return new Map([...Map.groupBy(list, ({ versionId }) => versionId)].map(([id, all]) => [id, all.map(({ file }) => file)]));
}

const headOf = (row: Pick<Row, 'id' | 'conversation_id' | 'kind' | 'reason' | 'kept_at'>) => ({
  id: row.id as DraftVersionId,
  conversationId: row.conversation_id as ConversationId | null,
  kind: kindOf(row.kind),
  reason: VERSION_REASONS.find((reason) => reason === row.reason) ?? 'edited',
  keptAt: new Date(row.kept_at),
});

const fromRow = (row: Row, files: readonly VersionFile[]): DraftVersion => ({
  ...writtenFromRow(row),
  ...headOf(row),
  files,
});
