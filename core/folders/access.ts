import type { WriteScope } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';
import { accessOf, agentsFor, deleteAccess, putAccess, type Right, rightsOf } from './access-store.ts';
import { lockTree } from './store.ts';
import { inTreeOrder } from './tree.ts';
import { rankOf, USUAL_LEVEL } from './types.ts';

/**
 * Works out anew what these agents may do in every folder (null = all agents) and writes what changed. To be called, in the same
 * transaction, whenever folders, rights, or who is an administrator change. An agent without rows sees nothing.
 */
export async function refreshAccess(tx: WriteScope, ids: readonly AgentId[] | null): Promise<void> {
  const folders = inTreeOrder(await lockTree(tx));
  const said = new Map((await rightsOf(tx, ids)).map((right) => [keyOf(right), right.rank]));
  const kept = new Map((await accessOf(tx, ids)).map((right) => [keyOf(right), right]));
  const changed: Right[] = [];
  for (const { id: agentId, isAdministrator } of await agentsFor(tx, ids)) {
    const ranks = new Map<number, number>();
    for (const { id: folderId, parentId } of folders) {
      const inherited = parentId === null ? rankOf(USUAL_LEVEL) : (ranks.get(parentId) ?? 0);
      const rank = isAdministrator ? rankOf('manage') : (said.get(keyOf({ agentId, folderId })) ?? inherited);
      ranks.set(folderId, rank);
      if (rank === 0) continue;
      const right = { agentId, folderId, rank };
      if (kept.get(keyOf(right))?.rank !== rank) changed.push(right);
      kept.delete(keyOf(right));
    }
  }
  await putAccess(tx, changed);
  await deleteAccess(tx, [...kept.values()]);
}

const keyOf = ({ agentId, folderId }: Omit<Right, 'rank'>): string => `${agentId}:${folderId}`;
