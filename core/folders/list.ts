import type { Scope } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { FolderId } from '../lib/ids.ts';
import { allFolders } from './store.ts';
import { inTreeOrder } from './tree.ts';
import type { TreeFolder } from './types.ts';

/** All of them in the order of the tree, whoever asks. */
export const listFolders = async (scope: Scope): Promise<readonly TreeFolder[]> => inTreeOrder(await allFolders(scope));

/** Raises not_found. */
export async function findFolder(scope: Scope, id: FolderId): Promise<TreeFolder> {
  const folder = (await listFolders(scope)).find((one) => one.id === id);
  if (!folder) throw new NotFoundError('The folder');
  return folder;
}
