import type { Knex } from 'knex';
import type { Scope, WriteScope } from '../db/scope.ts';
import { virusFromRow } from '../ingest/verdict.ts';
import type { AgentId } from '../lib/ids.ts';
import { decodeCursor, encodeCursor, isCursorId, type Page } from '../lib/page.ts';
import { fold } from '../lib/text.ts';
import type { CompanyFile, FileId } from './types.ts';

/** Folders come first: their keys begin with a sign before all letters. */
export const keyOf = (name: string, isFolder: boolean): string => `${isFolder ? ' ' : ''}${fold(name)}`.slice(0, 200).toWellFormed();

interface Row {
  readonly id: number;
  readonly parent_id: number | null;
  readonly is_folder: boolean | number;
  readonly name: string;
  readonly name_key: string;
  readonly content_type: string;
  readonly bytes: number | string;
  readonly blob_sha256: string | null;
  readonly added_by: number | null;
  readonly added_at: string;
  readonly by: string | null;
  readonly virus_state: string | null;
  readonly virus_name: string | null;
}

const fromRow = (row: Row): CompanyFile => ({
  id: row.id as FileId,
  parentId: row.parent_id as FileId | null,
  isFolder: Boolean(row.is_folder),
  name: row.name,
  contentType: row.content_type,
  bytes: Number(row.bytes),
  sha256: row.blob_sha256 ?? '',
  addedBy: row.added_by === null ? null : { id: row.added_by as AgentId, name: row.by ?? '' },
  addedAt: new Date(row.added_at),
  virus: virusFromRow(row),
});

const rows = (db: Knex): Knex.QueryBuilder =>
  db('files as f')
    .leftJoin('agents as a', 'a.id', 'f.added_by')
    .leftJoin('file_scans as v', 'v.sha256', 'f.blob_sha256')
    .select('f.*', 'v.virus_state', 'v.virus_name', db.raw(`trim(a.first_name || ' ' || a.last_name) as "by"`));

/** What is in a folder, or with words what is called so anywhere: folders first, then by name. */
export async function filePage(
  { db }: Scope,
  { parentId, words }: { readonly parentId: FileId | null; readonly words: readonly string[] },
  cursor: string | null,
  limit: number,
): Promise<Page<CompanyFile>> {
  const query = rows(db)
    .orderBy('f.name_key')
    .orderBy('f.id')
    .limit(limit + 1);
  if (words.length === 0) query.where('f.parent_id', parentId);
  for (const word of words) query.whereRaw("f.name_key like ? escape '\\'", [`%${word.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`]);
  const [nameKey, id] = decodeCursor(cursor ?? '', 2) ?? [];
  if (typeof nameKey === 'string' && isCursorId(id))
    query.where((either) =>
      either.where('f.name_key', '>', nameKey).orWhere((same) => same.where('f.name_key', nameKey).where('f.id', '>', id)),
    );
  const found: Row[] = await query;
  const last = found.length > limit ? found[limit - 1] : undefined;
  return { items: found.slice(0, limit).map(fromRow), next: last ? encodeCursor([last.name_key, last.id]) : null };
}

export async function findFileById({ db }: Scope, id: FileId): Promise<CompanyFile | null> {
  const row: Row | undefined = await rows(db).where('f.id', id).first();
  return row ? fromRow(row) : null;
}

/** A folder and those above it, the top one first. */
export async function pathTo(scope: Scope, id: FileId | null): Promise<readonly CompanyFile[]> {
  const path: CompanyFile[] = [];
  for (let next = id; next !== null && path.length < 50; ) {
    const folder = await findFileById(scope, next);
    if (!folder) break;
    path.unshift(folder);
    next = folder.parentId;
  }
  return path;
}

export async function allFolders({ db }: Scope): Promise<readonly CompanyFile[]> {
  const found: Row[] = await rows(db).where('f.is_folder', true).orderBy('f.name_key').orderBy('f.id').limit(500);
  return found.map(fromRow);
}

export async function isNameTaken({ db }: Scope, parentId: FileId | null, name: string, isFolder: boolean, except: FileId | null) {
  const query = db('files').where({ parent_id: parentId, name_key: keyOf(name, isFolder) });
  return (await (except === null ? query : query.whereNot({ id: except })).first('id')) !== undefined;
}

export async function insertFile(
  { db, now, actor }: WriteScope,
  made: Pick<CompanyFile, 'parentId' | 'isFolder' | 'name' | 'contentType' | 'bytes' | 'sha256'>,
): Promise<FileId> {
  const [row] = await db('files')
    .insert({
      ...{ parent_id: made.parentId, is_folder: made.isFolder, name: made.name, name_key: keyOf(made.name, made.isFolder) },
      ...{ content_type: made.contentType, bytes: made.bytes, blob_sha256: made.sha256 || null },
      added_by: actor.kind === 'agent' ? actor.id : null,
      added_at: now().toISOString(),
    })
    .returning('id');
  return row.id as FileId;
}

export async function updateFile({ db }: WriteScope, file: CompanyFile, name: string, parentId: FileId | null): Promise<void> {
  await db('files')
    .where({ id: file.id })
    .update({ name, name_key: keyOf(name, file.isFolder), parent_id: parentId });
}

export async function isEmptyFolder({ db }: Scope, id: FileId): Promise<boolean> {
  return (await db('files').where({ parent_id: id }).first('id')) === undefined;
}

export async function deleteFile({ db }: WriteScope, id: FileId): Promise<void> {
  await db('files').where({ id }).delete();
}

/** What all of them take up, each as it is. */
export async function sumOfBytes({ db }: Scope): Promise<number> {
  return Number((await db('files').sum({ n: 'bytes' }).first())?.n ?? 0);
}
