import type { Scope } from '../db/scope.ts';
import type { CurrentAgent } from '../http/context.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import type { TeamId } from '../lib/ids.ts';
import { listTeams } from '../teams/list.ts';
import type { Team } from '../teams/types.ts';
import type { CannedResponse } from './types.ts';

type Keeper = Pick<CurrentAgent, 'id' | 'role'>;

/** Teams whose templates somebody with the permission keeps: those he is in, an administrator all. */
export async function keptTeams(scope: Scope, { id, role }: Keeper): Promise<readonly Team[]> {
  const teams = await listTeams(scope);
  return role === 'administrator' ? teams : teams.filter(({ memberIds }) => memberIds.includes(id));
}

/** Raises invalid when a template may not be given to this team by him. */
export async function expectKeptTeam(scope: Scope, keeper: Keeper, teamId: TeamId | null): Promise<void> {
  if (teamId === null || (await keptTeams(scope, keeper)).some(({ id }) => id === teamId)) return;
  throw new InvalidError({ teamId: 'canned-responses.problem.team' });
}

/** Raises not_found when it is of a team that he does not keep templates of; one of a team that is gone is for administrators. */
export async function expectKept(scope: Scope, keeper: Keeper, { teamId }: Pick<CannedResponse, 'teamId'>): Promise<void> {
  if (teamId === null || keeper.role === 'administrator') return;
  if (!(await keptTeams(scope, keeper)).some(({ id }) => id === teamId)) throw new NotFoundError('The template');
}
