import type { Scope, WriteScope } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { FolderId } from '../lib/ids.ts';
import { allFolders, pinFolder } from './store.ts';
import { inTreeOrder } from './tree.ts';
import type { TreeFolder } from './types.ts';

/** All of them in the order of the tree, whoever asks, personal ones too: for what then asks who sees which. */
export const listEveryFolder = async (scope: Scope): Promise<readonly TreeFolder[]> => inTreeOrder(await allFolders(scope));

/** Those of which the actor may know: of the personal ones his own. The machine itself knows all. */
export async function listFolders(scope: Scope): Promise<readonly TreeFolder[]> {
  const { actor } = scope;
  const all = await allFolders(scope);
  return inTreeOrder(actor.kind === 'agent' ? all.filter(({ ownerId }) => ownerId === null || ownerId === actor.id) : all);
}

/** Those of the company: what administrators name, order and give rights in. */
export const listSharedFolders = async (scope: Scope): Promise<readonly TreeFolder[]> =>
  inTreeOrder((await allFolders(scope)).filter(({ ownerId }) => ownerId === null));

/** One of which the actor may know. Raises not_found. */
export const findFolder = async (scope: Scope, id: FolderId): Promise<TreeFolder> => existing(await listFolders(scope), id);

/** The same, kept from being removed until the transaction ends. Raises not_found. */
export async function holdFolder(tx: WriteScope, id: FolderId): Promise<void> {
  if (!(await pinFolder(tx, id))) throw new NotFoundError('The folder');
  await findFolder(tx, id);
}

/** One of the company's. Raises not_found. */
export const findSharedFolder = async (scope: Scope, id: FolderId): Promise<TreeFolder> => existing(await listSharedFolders(scope), id);

function existing(folders: readonly TreeFolder[], id: FolderId): TreeFolder {
  const folder = folders.find((one) => one.id === id);
  if (!folder) throw new NotFoundError('The folder');
  return folder;
}
