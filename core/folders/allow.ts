import type { Scope } from '../db/scope.ts';
import { ForbiddenError, NotFoundError, NotInThisFolderError } from '../lib/errors.ts';
import type { FolderId } from '../lib/ids.ts';
import { sightRows } from './access-store.ts';
import { findFolder, listFolders } from './list.ts';
import { type Level, levelOfRank, rankOf, type TreeFolder } from './types.ts';

/** Passes when the actor may do so much in the folder; else raises not_found, as for one that is not there, or forbidden. */
export async function allowFolder(scope: Scope, level: Level, id: FolderId): Promise<void> {
  if (scope.actor.kind === 'channel') throw new ForbiddenError('A channel has no right in a folder');
  if (scope.actor.kind === 'system') return void (await findFolder(scope, id));
  const { seen } = await sightRows(scope, scope.actor.id);
  const rank = seen.find(({ folderId }) => folderId === id)?.rank ?? 0;
  if (rank < rankOf('see')) throw new NotFoundError('The folder');
  if (rank < rankOf(level)) throw new NotInThisFolderError(level);
}

/** A folder with what the actor may do in it. */
export interface OwnFolder extends TreeFolder {
  readonly level: Level;
}

/** The folders in which the actor may do so much, in the order of the tree. */
export async function foldersFor(scope: Scope, level: Level): Promise<readonly OwnFolder[]> {
  const folders = await listFolders(scope);
  if (scope.actor.kind !== 'agent') return folders.map((folder) => ({ ...folder, level: 'manage' }));
  const { seen } = await sightRows(scope, scope.actor.id);
  const ranks = new Map(seen.map(({ folderId, rank }) => [folderId, rank]));
  return folders.flatMap((folder) => {
    const rank = ranks.get(folder.id) ?? 0;
    return rank >= rankOf(level) ? [{ ...folder, level: levelOfRank(rank) }] : [];
  });
}
