import type { Knex } from 'knex';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, CannedResponseAttachmentId, CannedResponseId, TeamId } from '../lib/ids.ts';
import type { SafeHtml } from '../lib/safe-html.ts';
import { MACRO, type MacroActions } from './actions.ts';
import type { CannedAttachment, CannedResponse } from './types.ts';

interface Row {
  id: number;
  owner_id: number | null;
  team_id: number | null;
  name: string;
  name_key: string;
  folder: string;
  channel: string | null;
  subject: string;
  text: string;
  html: string | null;
  sought: string;
  used_count: number;
  last_used_at: string | null;
  updated_at: string;
  actions: string | null;
}

interface AttachmentRow {
  id: number;
  canned_response_id: number;
  filename: string;
  content_type: string;
  bytes: number;
  blob_sha256: string;
}

const fromRow = (row: Row, attachments: readonly CannedAttachment[]): CannedResponse => ({
  id: row.id as CannedResponseId,
  ownerId: row.owner_id as AgentId | null,
  teamId: row.team_id as TeamId | null,
  name: row.name,
  folder: row.folder,
  channel: row.channel,
  subject: row.subject,
  text: row.text,
  html: row.html as SafeHtml | null,
  usedCount: row.used_count,
  lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at),
  updatedAt: new Date(row.updated_at),
  attachments,
  actions: row.actions === null ? null : MACRO.parse(JSON.parse(row.actions)),
});

/** Which are looked at: of the company, of one agent, or both. */
export interface Wanted {
  readonly company: boolean;
  /** Of the company's those of which teams: of these somebody is in, all, or (absent) none. */
  readonly teamsOf?: AgentId | 'all' | undefined;
  readonly agentId: AgentId | null;
  /** Folded words that all have to be there. */
  readonly words: readonly string[];
  /** Those for this channel and those for any; absent = all. */
  readonly channel?: string | undefined;
}

/** By name, after the name and id of the page before. */
export async function listByName(
  { db }: Scope,
  wanted: Wanted,
  after: { readonly nameKey: string; readonly id: number } | null,
  limit: number,
): Promise<readonly (CannedResponse & { readonly nameKey: string })[]> {
  const query = wantedRows(db, wanted).orderBy('name_key').orderBy('id').limit(limit);
  if (after)
    query.where((q) =>
      q.where('name_key', '>', after.nameKey).orWhere((same) => same.where({ name_key: after.nameKey }).where('id', '>', after.id)),
    );
  const rows: Row[] = await query;
  const files = await attachmentsOf(db, rows);
  return rows.map((row) => ({ ...fromRow(row, files.get(row.id) ?? []), nameKey: row.name_key }));
}

/** What fits best first: whose name begins with the words, then whose name holds them, then the rest; the most used ones of each. */
export async function listByUse({ db }: Scope, wanted: Wanted, limit: number): Promise<readonly CannedResponse[]> {
  const query = wantedRows(db, wanted);
  const [first] = wanted.words;
  if (first !== undefined)
    query.orderByRaw("case when name_key like ? escape '\\' then 0 when name_key like ? escape '\\' then 1 else 2 end", [
      `${literal(first)}%`,
      `%${literal(first)}%`,
    ]);
  const rows: Row[] = await query.orderBy('used_count', 'desc').orderBy('name_key').orderBy('id').limit(limit);
  const files = await attachmentsOf(db, rows);
  return rows.map((row) => fromRow(row, files.get(row.id) ?? []));
}

function wantedRows(db: Knex, { company, teamsOf, agentId, words, channel }: Wanted) {
  const query = db('canned_responses').where((q) => {
    if (company) q.where((ofCompany) => void narrowToTeams(db, ofCompany.whereNull('owner_id'), teamsOf));
    if (agentId !== null) q.orWhere({ owner_id: agentId });
  });
  for (const word of words) query.whereRaw("sought like ? escape '\\'", [`%${literal(word)}%`]);
  if (channel !== undefined) query.where((q) => q.whereNull('channel').orWhere({ channel }));
  return query;
}

function narrowToTeams(db: Knex, query: Knex.QueryBuilder, teamsOf: Wanted['teamsOf']): Knex.QueryBuilder {
  if (teamsOf === 'all') return query;
  if (teamsOf === undefined) return query.whereNull('team_id');
  const own = db('team_members').where({ agent_id: teamsOf }).select('team_id');
  return query.where((either) => void either.whereNull('team_id').orWhereIn('team_id', own));
}

const literal = (text: string): string => text.replace(/[\\%_]/g, (char) => `\\${char}`);

export async function findCanned({ db }: Scope, id: CannedResponseId): Promise<CannedResponse | null> {
  const row: Row | undefined = await db('canned_responses').where({ id }).first();
  return row ? fromRow(row, (await attachmentsOf(db, [row])).get(row.id) ?? []) : null;
}

/** Names of the folders in use, in the order of the alphabet. */
export async function foldersOf({ db }: Scope, ownerId: AgentId | null): Promise<readonly string[]> {
  return db('canned_responses').where(ofOwner(ownerId)).whereNot({ folder: '' }).distinct('folder').orderBy('folder').pluck('folder');
}

/** What each of the company's is called. */
export async function companyNames({ db }: Scope): Promise<ReadonlyMap<number, string>> {
  const rows: readonly { id: number; name: string }[] = await db('canned_responses').where(ofOwner(null)).select('id', 'name');
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export async function countOf({ db }: Scope, ownerId: AgentId | null): Promise<number> {
  const row = await db('canned_responses').where(ofOwner(ownerId)).count({ n: '*' }).first();
  return Number(row?.n ?? 0);
}

const ofOwner = (ownerId: AgentId | null) => (q: Knex.QueryBuilder) =>
  void (ownerId === null ? q.whereNull('owner_id') : q.where({ owner_id: ownerId }));

export type CannedColumns = Pick<CannedResponse, 'name' | 'folder' | 'channel' | 'subject' | 'text' | 'html' | 'actions' | 'teamId'> & {
  readonly nameKey: string;
  readonly sought: string;
};

const columnsOf = ({ nameKey, actions, teamId, ...columns }: CannedColumns, now: Date) => ({
  ...columns,
  team_id: teamId,
  actions: actions && JSON.stringify(actions),
  name_key: nameKey,
  updated_at: now.toISOString(),
});

export async function insertCanned({ db, now }: WriteScope, ownerId: AgentId | null, columns: CannedColumns): Promise<CannedResponseId> {
  const [row] = await db('canned_responses')
    .insert({ owner_id: ownerId, ...columnsOf(columns, now()) })
    .returning('id');
  return row.id as CannedResponseId;
}

/** Those that do something when they are sent, whosever they are. */
export async function actingOnes({ db }: Scope): Promise<readonly { readonly id: CannedResponseId; readonly actions: MacroActions }[]> {
  const rows: Pick<Row, 'id' | 'actions'>[] = await db('canned_responses').whereNotNull('actions').orderBy('id').select('id', 'actions');
  return rows.map(({ id, actions }) => ({ id: id as CannedResponseId, actions: MACRO.parse(JSON.parse(actions ?? '{}')) }));
}

export async function updateActions({ db }: WriteScope, id: CannedResponseId, actions: MacroActions): Promise<void> {
  await db('canned_responses')
    .where({ id })
    .update({ actions: JSON.stringify(actions) });
}

export async function updateCanned({ db, now }: WriteScope, id: CannedResponseId, columns: CannedColumns): Promise<void> {
  await db('canned_responses').where({ id }).update(columnsOf(columns, now()));
}

export async function deleteCanned({ db }: WriteScope, id: CannedResponseId): Promise<void> {
  await db('canned_responses').where({ id }).delete();
}

export async function countUse({ db, now }: WriteScope, id: CannedResponseId): Promise<void> {
  await db('canned_responses').where({ id }).increment('used_count', 1).update({ last_used_at: now().toISOString() });
}

export async function addFiles({ db }: WriteScope, id: CannedResponseId, files: readonly Omit<CannedAttachment, 'id'>[]): Promise<void> {
  if (files.length === 0) return;
  await db('canned_response_attachments').insert(
    files.map(({ filename, contentType, bytes, sha256 }) => ({
      ...{ canned_response_id: id, filename, content_type: contentType, bytes, blob_sha256: sha256 },
    })),
  );
}

export async function deleteFiles({ db }: WriteScope, id: CannedResponseId, files: readonly CannedResponseAttachmentId[]): Promise<void> {
  await db('canned_response_attachments')
    .where({ canned_response_id: id })
    .whereIn('id', [...files])
    .delete();
}

async function attachmentsOf(db: Knex, responses: readonly Row[]): Promise<ReadonlyMap<number, readonly CannedAttachment[]>> {
  if (responses.length === 0) return new Map();
  const ids = responses.map(({ id }) => id);
  const rows: AttachmentRow[] = await db('canned_response_attachments').whereIn('canned_response_id', ids).orderBy('id');
  const list = rows.map((row) => ({
    responseId: row.canned_response_id,
    id: row.id as CannedResponseAttachmentId,
    filename: row.filename,
    contentType: row.content_type,
    bytes: Number(row.bytes),
    sha256: row.blob_sha256,
  }));
  return Map.groupBy(list, ({ responseId }) => responseId);
}
