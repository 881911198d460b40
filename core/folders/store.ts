import { closed, locked, pinned } from '../db/dialect.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, FolderId, InboxId } from '../lib/ids.ts';
import { type Folder, TOP_FOLDER } from './types.ts';

interface Row {
  id: number;
  parent_id: number | null;
  name: string;
  name_key: string;
  position: number;
  created_at: string;
  owner_id: number | null;
  locked_at: string | null;
}

const fromRow = (row: Row): Folder => ({
  id: row.id as FolderId,
  parentId: row.parent_id as FolderId | null,
  name: row.name,
  ownerId: row.owner_id as AgentId | null,
  isLocked: row.locked_at !== null,
});

/** Two names with the same key are the same name. */
const keyOf = (name: string): string => name.normalize('NFC').toLowerCase();

/** All of them, each among its siblings in order. */
export async function allFolders({ db }: Scope): Promise<readonly Folder[]> {
  return (await db<Row>('folders').orderBy(['position', 'id'])).map(fromRow);
}

/**
 * All of them, and nobody else changes the tree or what follows from it until the transaction ends. Locked first and read then: what
 * another transaction added while we waited is there.
 */
export async function lockTree(tx: WriteScope): Promise<readonly Folder[]> {
  await locked(tx.db, tx.db<Row>('folders').where({ id: TOP_FOLDER }).first('id'));
  return allFolders(tx);
}

/** The same of those that are the company's: a personal one is there for nobody who edits folders. */
export const lockShared = async (tx: WriteScope): Promise<readonly Folder[]> =>
  (await lockTree(tx)).filter(({ ownerId }) => ownerId === null);

export async function isNameTaken({ db }: Scope, parentId: FolderId | null, name: string, except: FolderId | null): Promise<boolean> {
  const query = db<Row>('folders').where({ parent_id: parentId, name_key: keyOf(name) });
  return (await (except === null ? query : query.whereNot({ id: except })).first('id')) !== undefined;
}

export async function insertFolder(
  { db, now }: WriteScope,
  { parentId, name, position, ownerId }: Pick<Folder, 'name' | 'ownerId'> & { readonly parentId: FolderId; readonly position: number },
): Promise<FolderId> {
  const row = { parent_id: parentId, name, name_key: keyOf(name), position, owner_id: ownerId, created_at: now().toISOString() };
  const [made] = await db<Row>('folders').insert(row).returning('id');
  if (!made) throw new Error('insert returned no row');
  return made.id as FolderId;
}

export async function updateFolder(
  { db }: WriteScope,
  id: FolderId,
  { name, parentId }: { readonly name?: string | undefined; readonly parentId?: FolderId | undefined },
): Promise<void> {
  const changes = {
    ...(name === undefined ? {} : { name, name_key: keyOf(name) }),
    ...(parentId === undefined ? {} : { parent_id: parentId }),
  };
  if (Object.keys(changes).length > 0) await db<Row>('folders').where({ id }).update(changes);
}

/** Gives each of these siblings its place. */
export async function saveOrder({ db }: WriteScope, ids: readonly FolderId[]): Promise<void> {
  for (const [at, id] of ids.entries())
    await db<Row>('folders')
      .where({ id })
      .whereNot({ position: at + 1 })
      .update({ position: at + 1 });
}

/** Nothing is put into the folder until the transaction ends, and what others have just put there is seen from now on. */
export async function closeFolder({ db }: WriteScope, id: FolderId): Promise<void> {
  await closed(db, db<Row>('folders').where({ id }).first('id'));
}

/** False when there is no such folder any more. It stays so until the transaction ends. */
export async function pinFolder({ db }: WriteScope, id: FolderId): Promise<boolean> {
  return (await pinned(db, db<Row>('folders').where({ id }).first('id'))) !== undefined;
}

export async function deleteFolder({ db }: WriteScope, id: FolderId): Promise<void> {
  await db('folders').where({ id }).delete();
}

/** Mail of these inboxes arrives there from now on; the top folder is stored as none. */
export async function redirectInboxes({ db }: WriteScope, from: FolderId, to: FolderId | null): Promise<readonly InboxId[]> {
  const rows: { id: InboxId }[] = await db('inboxes').where({ folder_id: from }).update({ folder_id: to }).returning('id');
  return rows.map(({ id }) => id);
}

/** Answers whether any personal folder of his was open until now. */
export async function lockFoldersOf({ db, now }: WriteScope, ownerId: AgentId): Promise<boolean> {
  return (await db<Row>('folders').where({ owner_id: ownerId, locked_at: null }).update({ locked_at: now().toISOString() })) > 0;
}

export async function unlockFolder({ db }: WriteScope, id: FolderId): Promise<void> {
  await db<Row>('folders').where({ id }).update({ locked_at: null });
}
