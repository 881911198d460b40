import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { FolderId, TeamId } from '../lib/ids.ts';
import { findTeam, teamsOf } from '../teams/list.ts';
import { refreshAccess } from './access.ts';
import { putTeamRight, teamRights } from './access-store.ts';
import { listSharedFolders } from './list.ts';
import { ranksOfTeams } from './team-ranks.ts';
import { type Level, levelOfRank, rankOf } from './types.ts';

/** What an administrator says about a team and a folder; null = the same as in the folder above, which is nothing in the top one. */
export interface TeamGrant {
  readonly teamId: TeamId;
  readonly folderId: FolderId;
  readonly level: Level | null;
}

/** Says what a team may do from now on; open windows of its members see it at once. Raises not_found for a folder or team that is gone. */
export async function grantTeams(scope: Scope | WriteScope, grants: readonly TeamGrant[]): Promise<void> {
  await transact(scope, async (tx) => {
    const known = new Set((await listSharedFolders(tx)).map(({ id }) => id));
    for (const [teamId, ofTeam] of Map.groupBy(grants, (one) => one.teamId)) {
      const { memberIds } = await findTeam(tx, teamId);
      for (const { folderId, level } of ofTeam) {
        if (!known.has(folderId)) throw new NotFoundError('The folder');
        await putTeamRight(tx, { teamId, folderId, rank: level === null ? null : rankOf(level) });
      }
      await refreshAccess(tx, memberIds);
      tx.emit({ type: 'team_rights.changed', data: { teamId, agentIds: memberIds } });
    }
  });
}

/** What holds for a team in a folder: `level` was said there, null = nothing was; `holds` is what being in it gives. */
export interface TeamStanding {
  readonly level: Level | null;
  readonly holds: Level;
}

/** What was said about every team in every folder, and what follows. */
export async function teamStandings(scope: Scope): Promise<(teamId: TeamId, folderId: FolderId) => TeamStanding> {
  const key = (teamId: TeamId, folderId: FolderId): string => `${teamId}:${folderId}`;
  const said = new Map((await teamRights(scope)).map((one) => [key(one.teamId, one.folderId), one.rank]));
  const rankAt = await ranksOfTeams(scope, await listSharedFolders(scope));
  return (teamId, folderId) => {
    const rank = said.get(key(teamId, folderId));
    return { level: rank === undefined ? null : levelOfRank(rank), holds: levelOfRank(rankAt(teamId, folderId)) };
  };
}

/** What an agent has in a folder by his teams alone. */
export async function givenByTeams(scope: Scope): Promise<(agentId: number, folderId: FolderId) => Level> {
  const rankAt = await ranksOfTeams(scope, await listSharedFolders(scope));
  const teams: ReadonlyMap<number, readonly TeamId[]> = await teamsOf(scope, null);
  return (agentId, folderId) => levelOfRank(Math.max(0, ...(teams.get(agentId) ?? []).map((id) => rankAt(id, folderId))));
}
