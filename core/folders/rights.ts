import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { AgentId, FolderId } from '../lib/ids.ts';
import { refreshAccess } from './access.ts';
import { accessOf, putRight, rightsOf } from './access-store.ts';
import { listSharedFolders } from './list.ts';
import { type Level, levelOfRank, rankOf, TOP_FOLDER, USUAL_LEVEL } from './types.ts';

/** What an administrator says about an agent and a folder; null = the same as in the folder above. */
export interface Grant {
  readonly agentId: AgentId;
  readonly folderId: FolderId;
  readonly level: Level | null;
}

/** What holds for an agent in a folder: `said` there (null = nothing), and what follows. */
export interface Standing extends Grant {
  readonly holds: Level;
}

/** Says who may do what from now on; open windows of those agents see it at once. Raises not_found for a folder that is gone. */
export async function grant(scope: Scope | WriteScope, grants: readonly Grant[]): Promise<void> {
  if (grants.length === 0) return;
  await transact(scope, async (tx) => {
    const known = new Set((await listSharedFolders(tx)).map(({ id }) => id));
    for (const { agentId, folderId, level } of grants) {
      if (!known.has(folderId)) throw new NotFoundError('The folder');
      await putRight(tx, { agentId, folderId, rank: level === null ? null : rankOf(level) });
    }
    const agentIds = [...new Set(grants.map(({ agentId }) => agentId))];
    await refreshAccess(tx, agentIds);
    tx.emit({ type: 'folder_rights.changed', data: { agentIds } });
  });
}

/** A new agent: in these folders he may do the usual, in no other anything; null = in all, also those that are made later. */
export async function admitAgent(tx: WriteScope, agentId: AgentId, folderIds: readonly FolderId[] | null): Promise<void> {
  if (folderIds !== null) {
    const level = (id: FolderId): Level => (folderIds.includes(id) ? USUAL_LEVEL : 'none');
    const folders = await listSharedFolders(tx);
    const isOther = (id: FolderId, parentId: FolderId | null): boolean => parentId === null || level(id) !== level(parentId);
    await grant(
      tx,
      folders.flatMap(({ id, parentId }) => (isOther(id, parentId) ? [{ agentId, folderId: id, level: level(id) }] : [])),
    );
  }
  await refreshAccess(tx, [agentId]);
}

/** What was said and what holds, for these agents (null = all) in every folder; what is not in it is neither. */
export async function standings(
  scope: Scope,
  agentIds: readonly AgentId[] | null,
): Promise<(agentId: AgentId, folderId: FolderId) => Standing> {
  const key = (agentId: AgentId, folderId: FolderId): string => `${agentId}:${folderId}`;
  const said = new Map((await rightsOf(scope, agentIds)).map((one) => [key(one.agentId, one.folderId), one.rank]));
  const held = new Map((await accessOf(scope, agentIds)).map((one) => [key(one.agentId, one.folderId), one.rank]));
  return (agentId, folderId) => {
    const rank = said.get(key(agentId, folderId));
    const usual = folderId === TOP_FOLDER ? USUAL_LEVEL : null;
    return {
      ...{ agentId, folderId },
      level: rank === undefined ? usual : levelOfRank(rank),
      holds: levelOfRank(held.get(key(agentId, folderId)) ?? 0),
    };
  };
}
