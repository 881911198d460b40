import type { Scope } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { AgentId, TeamId } from '../lib/ids.ts';
import { allTeams, memberships, namesOfTeams } from './store.ts';
import type { Team } from './types.ts';

/** All of them in their order, each with its members. */
export const listTeams = (scope: Scope): Promise<readonly Team[]> => allTeams(scope);

/** Raises not_found, also for one that was removed. */
export async function findTeam(scope: Scope, id: TeamId): Promise<Team> {
  const team = (await allTeams(scope)).find((one) => one.id === id);
  if (!team) throw new NotFoundError('The team');
  return team;
}

/** In which teams these agents are (null = all agents); who is in none is not in it. */
export const teamsOf = (scope: Scope, ids: readonly AgentId[] | null): Promise<ReadonlyMap<AgentId, readonly TeamId[]>> =>
  memberships(scope, ids);

/** Names by number, also of teams that were removed: for what happened before. */
export const teamNames = (scope: Scope): Promise<ReadonlyMap<TeamId, string>> => namesOfTeams(scope);
