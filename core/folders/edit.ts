import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import type { FolderId } from '../lib/ids.ts';
import { refreshAccess } from './access.ts';
import { checkedName } from './name.ts';
import { insertFolder, isNameTaken, lockShared, saveOrder, updateFolder } from './store.ts';
import { familyOf, inTreeOrder } from './tree.ts';
import { type Folder, MAX_DEPTH, TOP_FOLDER } from './types.ts';

/** Adds a folder as the last one in another; whoever may do something there may do it here. Raises invalid for its name or place. */
export async function addFolder(scope: Scope | WriteScope, name: string, parentId: FolderId = TOP_FOLDER): Promise<Folder> {
  const line = checkedName(name);
  return transact(scope, async (tx) => {
    const folders = await lockShared(tx);
    checkDepth(folders, parentId, 1);
    await checkFree(tx, parentId, line, null);
    const position = folders.filter((one) => one.parentId === parentId).length + 1;
    const id = await insertFolder(tx, { parentId, name: line, position, ownerId: null });
    await refreshAccess(tx, null);
    tx.emit({ type: 'folder.changed', data: { folderId: id } });
    return { id, parentId, name: line, ownerId: null, isLocked: false };
  });
}

/** Renames a folder or puts it, with all that is in it, into another one; absent = stays. The top one stays at the top. Raises not_found, invalid. */
export async function changeFolder(
  scope: Scope | WriteScope,
  id: FolderId,
  changes: { readonly name?: string | undefined; readonly parentId?: FolderId | undefined },
): Promise<Folder> {
  return transact(scope, async (tx) => {
    const folders = await lockShared(tx);
    const before = existing(folders, id);
    const name = changes.name === undefined ? before.name : checkedName(changes.name);
    const parentId = changes.parentId ?? before.parentId;
    const isMoved = parentId !== before.parentId;
    if (isMoved) checkPlace(folders, id, parentId);
    if (name !== before.name || isMoved) await checkFree(tx, parentId, name, id);
    await updateFolder(tx, id, { name, ...(isMoved && parentId !== null ? { parentId } : {}) });
    if (isMoved) {
      const siblings = folders.filter((one) => one.parentId === parentId).map((one) => one.id);
      await saveOrder(tx, [...siblings, id]);
      await refreshAccess(tx, null);
    }
    tx.emit({ type: 'folder.changed', data: { folderId: id } });
    return { id, parentId, name, ownerId: null, isLocked: false };
  });
}

/** Moves a folder among its siblings, 1 = the first; beyond the end = the last. Raises not_found. */
export async function orderFolder(scope: Scope | WriteScope, id: FolderId, position: number): Promise<void> {
  await transact(scope, async (tx) => {
    const folders = await lockShared(tx);
    const { parentId } = existing(folders, id);
    const others = folders.filter((one) => one.parentId === parentId && one.id !== id).map((one) => one.id);
    await saveOrder(tx, others.toSpliced(Math.max(0, position - 1), 0, id));
    tx.emit({ type: 'folder.changed', data: { folderId: id } });
  });
}

function existing(folders: readonly Folder[], id: FolderId): Folder {
  const folder = folders.find((one) => one.id === id);
  if (!folder) throw new NotFoundError('The folder');
  return folder;
}

async function checkFree(tx: WriteScope, parentId: FolderId | null, name: string, except: FolderId | null): Promise<void> {
  if (await isNameTaken(tx, parentId, name, except)) throw new InvalidError({ name: 'folders.problem.taken' });
}

/** Not into itself or what is in it, and not the top one. */
function checkPlace(folders: readonly Folder[], id: FolderId, parentId: FolderId | null): void {
  const family = familyOf(folders, id);
  if (id === TOP_FOLDER || parentId === null || family.includes(parentId)) throw new InvalidError({ parentId: 'folders.problem.place' });
  const depths = new Map(inTreeOrder(folders).map((one) => [one.id, one.depth]));
  const height = Math.max(...family.map((one) => depths.get(one) ?? 0)) - (depths.get(id) ?? 0) + 1;
  checkDepth(folders, parentId, height);
}

/** Whether so many levels fit below a folder. */
function checkDepth(folders: readonly Folder[], parentId: FolderId, levels: number): void {
  const parent = inTreeOrder(folders).find((one) => one.id === parentId);
  if (!parent) throw new InvalidError({ parentId: 'folders.problem.place' });
  if (parent.depth + 1 + levels > MAX_DEPTH) throw new InvalidError({ parentId: 'folders.problem.deep' });
}
