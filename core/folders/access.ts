import type { WriteScope } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';
import { teamsOf } from '../teams/list.ts';
import { accessOf, agentsFor, deleteAccess, putAccess, type Right, rightsOf } from './access-store.ts';
import { lockTree } from './store.ts';
import { ranksOfTeams } from './team-ranks.ts';
import { inTreeOrder } from './tree.ts';
import { OWNER_LEVEL, rankOf, USUAL_LEVEL } from './types.ts';

/**
 * Works out anew what these agents may do in every folder (null = all agents) and writes what changed. To be called, in the same
 * transaction, whenever folders, rights, teams, or who is an administrator change. What an agent may is the most of what was said about
 * him and about his teams: a team only gives, it never takes. An agent without rows sees nothing. A personal folder is its owner's alone,
 * whatever was said and whoever asks: this is the one place that closes it to administrators.
 */
export async function refreshAccess(tx: WriteScope, ids: readonly AgentId[] | null): Promise<void> {
  const folders = inTreeOrder(await lockTree(tx));
  const said = new Map((await rightsOf(tx, ids)).map((right) => [keyOf(right), right.rank]));
  const kept = new Map((await accessOf(tx, ids)).map((right) => [keyOf(right), right]));
  const byTeam = await ranksOfTeams(tx, folders);
  const teams = await teamsOf(tx, ids);
  const changed: Right[] = [];
  for (const { id: agentId, isAdministrator } of await agentsFor(tx, ids)) {
    const ranks = new Map<number, number>();
    for (const { id: folderId, parentId, ownerId, isLocked } of folders) {
      const inherited = parentId === null ? rankOf(USUAL_LEVEL) : (ranks.get(parentId) ?? 0);
      const own = said.get(keyOf({ agentId, folderId })) ?? inherited;
      ranks.set(folderId, own);
      const given = (teams.get(agentId) ?? []).map((teamId) => byTeam(teamId, folderId));
      const shared = isAdministrator ? rankOf('manage') : Math.max(own, ...given);
      const rank = ownerId === null ? shared : ownerId === agentId && !isLocked ? rankOf(OWNER_LEVEL) : 0;
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
