import { markUnused } from '../blobs/references.ts';
import { recordBlobs } from '../blobs/store.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { ConflictError, ForbiddenError, InvalidError, NotFoundError } from '../lib/errors.ts';
import type { AgentId } from '../lib/ids.ts';
import type { Page } from '../lib/page.ts';
import { fold, storable } from '../lib/text.ts';
import { readQuotas } from '../quota/usage.ts';
import { allFolders, deleteFile, filePage, findFileById, insertFile, isEmptyFolder, isNameTaken, pathTo, updateFile } from './store.ts';
import { type CompanyFile, type FileId, MAX_NAME_CHARS } from './types.ts';

const PAGE = 50;
const MAX_WORDS = 6;

/** What is in a folder, or with `q` what is called so in any; folders first. */
export const listFiles = (scope: Scope, parentId: FileId | null, q: string, cursor: string | null): Promise<Page<CompanyFile>> =>
  filePage(scope, { parentId, words: wordsOf(q) }, cursor, PAGE);

const wordsOf = (q: string): readonly string[] =>
  fold(storable(q).slice(0, 200))
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS);

export const listFolders = allFolders;
export const folderPath = pathTo;

/** Raises not_found. */
export async function findFile(scope: Scope, id: FileId): Promise<CompanyFile> {
  const found = await findFileById(scope, id);
  if (!found) throw new NotFoundError('The file');
  return found;
}

/** The folder in which something is to be put; null = the top. Raises not_found. */
async function expectFolder(scope: Scope, id: FileId | null): Promise<void> {
  if (id !== null && !(await findFile(scope, id)).isFolder) throw new NotFoundError('The folder');
}

const cleaned = (name: string): string => storable(name).replace(/\s+/g, ' ').trim().slice(0, MAX_NAME_CHARS).trim();

export interface Stored {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Adds stored files to a folder; one whose name is taken gets a number behind it. Raises not_found, and invalid when there is none, or no room. */
export async function addFiles(scope: Scope | WriteScope, parentId: FileId | null, files: readonly Stored[]): Promise<void> {
  if (files.length === 0) throw new InvalidError({ files: 'files.problem.none' });
  await transact(scope, async (tx) => {
    await expectFolder(tx, parentId);
    const [{ used, limit }] = await readQuotas(tx);
    if (limit !== null && used + files.reduce((sum, { bytes }) => sum + bytes, 0) > limit)
      throw new InvalidError({ files: 'files.problem.full' });
    await recordBlobs(tx, files);
    for (const { filename, ...file } of files) {
      const name = await freeName(tx, parentId, cleaned(filename) || 'plik');
      const fileId = await insertFile(tx, { parentId, isFolder: false, name, ...file });
      tx.emit({ type: 'file.added', data: { fileId } });
    }
  });
}

/** "cennik.pdf", "cennik (2).pdf", … */
async function freeName(tx: WriteScope, parentId: FileId | null, name: string): Promise<string> {
  const [, stem = name, extension = ''] = /^(.+?)(\.[^.\s]{1,10})?$/s.exec(name) ?? [];
  for (let n = 1; ; n += 1) {
    const tried = n === 1 ? name : `${stem} (${n})${extension}`;
    if (!(await isNameTaken(tx, parentId, tried, false, null))) return tried;
  }
}

/** Raises not_found, and invalid for a name that is empty or taken there. */
export async function addFolder(scope: Scope | WriteScope, parentId: FileId | null, name: string): Promise<FileId> {
  return transact(scope, async (tx) => {
    await expectFolder(tx, parentId);
    const fileId = await insertFile(tx, { parentId, isFolder: true, name: await goodName(tx, parentId, name, true, null), ...NOTHING });
    tx.emit({ type: 'file.added', data: { fileId } });
    return fileId;
  });
}
const NOTHING = { contentType: '', bytes: 0, sha256: '' } as const;

async function goodName(tx: WriteScope, parentId: FileId | null, name: string, isFolder: boolean, except: FileId | null): Promise<string> {
  const clean = cleaned(name);
  if (clean === '') throw new InvalidError({ name: 'forms.required' });
  if (await isNameTaken(tx, parentId, clean, isFolder, except)) throw new InvalidError({ name: 'files.problem.taken' });
  return clean;
}

/** Nobody could open a file that lost its ending with its old name; neither "1.12" nor "S.A" is one. */
function withEnding(name: string, before: string): string {
  const [ending = ''] = ENDING.exec(before) ?? [];
  return name === '' || ENDING.test(name) ? name : name.slice(0, MAX_NAME_CHARS - ending.length) + ending;
}
const ENDING = /\.(?=[^.]*[a-z])[a-z0-9]{2,10}$/i;

/** Who may rename, move or delete it: whoever added it, and administrators. */
export interface Keeper {
  readonly id: AgentId;
  readonly role: 'administrator' | 'agent';
}
export const mayKeep = ({ id, role }: Keeper, { addedBy }: CompanyFile): boolean => role === 'administrator' || addedBy?.id === id;

async function kept(tx: WriteScope, keeper: Keeper, id: FileId): Promise<CompanyFile> {
  const file = await findFile(tx, id);
  if (!mayKeep(keeper, file)) throw new ForbiddenError('Only who added it and administrators may change it');
  return file;
}

/** Renames it, and puts a file into another folder; a folder stays where it is. Raises not_found, forbidden, invalid. */
export async function changeFile(scope: Scope, keeper: Keeper, id: FileId, name: string, into: FileId | null): Promise<void> {
  await transact(scope, async (tx) => {
    const file = await kept(tx, keeper, id);
    const parentId = file.isFolder ? file.parentId : into;
    await expectFolder(tx, parentId);
    const called = file.isFolder ? name : withEnding(cleaned(name), file.name);
    await updateFile(tx, file, await goodName(tx, parentId, called, file.isFolder, id), parentId);
    tx.emit({ type: 'file.changed', data: { fileId: id } });
  });
}

/** Deletes it for good; what it was sent with keeps it. Answers it. Raises not_found, forbidden, and folder_not_empty. */
export async function removeFile(scope: Scope, keeper: Keeper, id: FileId): Promise<CompanyFile> {
  return transact(scope, async (tx) => {
    const file = await kept(tx, keeper, id);
    if (file.isFolder && !(await isEmptyFolder(tx, id)))
      throw new ConflictError('folder_not_empty', 'There is something in this folder', 'Move or delete that first.');
    await deleteFile(tx, id);
    if (file.sha256 !== '') await markUnused(tx, [file.sha256]);
    tx.emit({ type: 'file.removed', data: { fileId: id, name: file.name } });
    return file;
  });
}
