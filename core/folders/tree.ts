import type { FolderId } from '../lib/ids.ts';
import type { Folder, TreeFolder } from './types.ts';

/** Folders that come ordered among their siblings, as the tree is read from above: each before what is in it. */
export function inTreeOrder(folders: readonly Folder[]): readonly TreeFolder[] {
  const children = Map.groupBy(folders, ({ parentId }) => parentId);
  const below = (parentId: FolderId | null, depth: number): readonly TreeFolder[] => {
    const siblings = children.get(parentId) ?? [];
    return siblings.flatMap((folder, at) => [
      { ...folder, depth, isFirst: at === 0, isLast: at === siblings.length - 1 },
      ...below(folder.id, depth + 1),
    ]);
  };
  return below(null, 0);
}

/** The folder and everything in it, at any depth. */
export function familyOf(folders: readonly Folder[], id: FolderId): readonly FolderId[] {
  const tree = inTreeOrder(folders);
  const at = tree.findIndex((folder) => folder.id === id);
  const depth = tree[at]?.depth;
  if (depth === undefined) return [];
  const end = tree.findIndex((folder, i) => i > at && folder.depth <= depth);
  return tree.slice(at, end < 0 ? undefined : end).map((folder) => folder.id);
}

/** The folder and those it is in, from itself to the top. */
export const lineOf = (folders: readonly Folder[], id: FolderId): readonly FolderId[] => upFrom(folders, id).map((folder) => folder.id);

/** The names from the one below the top to this one, with " / " between them; `top` for the top one itself. */
export function pathOf(folders: readonly Folder[], id: FolderId, top: string): string {
  const line = upFrom(folders, id);
  const below = line.filter(({ parentId }) => parentId !== null).map(({ name }) => name);
  return below.length > 0 ? below.reverse().join(' / ') : line[0]?.name || top;
}

function upFrom(folders: readonly Folder[], id: FolderId): readonly Folder[] {
  const byId = new Map(folders.map((folder) => [folder.id, folder]));
  const line: Folder[] = [];
  for (let folder = byId.get(id); folder; folder = folder.parentId === null ? undefined : byId.get(folder.parentId)) line.push(folder);
  return line;
}
