import type { Scope } from '../db/scope.ts';
import type { FolderId, TeamId } from '../lib/ids.ts';
import { teamRights } from './access-store.ts';
import type { Folder } from './types.ts';

/**
 * What being in a team gives in a folder, as a place in LEVELS: what was said there about the team, else what holds in the folder
 * above; of whom nothing was said it gives nothing. `folders` in the order of the tree.
 */
export async function ranksOfTeams(scope: Scope, folders: readonly Folder[]): Promise<(teamId: TeamId, folderId: FolderId) => number> {
  const ranks = new Map<TeamId, Map<FolderId, number>>();
  for (const [teamId, rights] of Map.groupBy(await teamRights(scope), (right) => right.teamId)) {
    const said = new Map(rights.map(({ folderId, rank }) => [folderId, rank]));
    const ofTeam = new Map<FolderId, number>();
    for (const { id, parentId } of folders) ofTeam.set(id, said.get(id) ?? (parentId === null ? 0 : (ofTeam.get(parentId) ?? 0)));
    ranks.set(teamId, ofTeam);
  }
  return (teamId, folderId) => ranks.get(teamId)?.get(folderId) ?? 0;
}
