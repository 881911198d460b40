import { listAgents } from '../agents/list-agents.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { refreshAccess } from '../folders/access.ts';
import { checkedName } from '../folders/name.ts';
import { ConflictError, InvalidError } from '../lib/errors.ts';
import type { AgentId, TeamId } from '../lib/ids.ts';
import { findTeam } from './list.ts';
import { addMembers, allTeams, dropMembers, insertTeam, isNameTaken, renameTeam, saveOrder } from './store.ts';
import { MAX_TEAMS, type Team } from './types.ts';

/** Adds a team as the last one. Raises invalid for its name, too_many_teams. */
export async function addTeam(scope: Scope | WriteScope, name: string, memberIds: readonly AgentId[] = []): Promise<Team> {
  const line = checkedName(name);
  return transact(scope, async (tx) => {
    const teams = await allTeams(tx);
    if (teams.length >= MAX_TEAMS)
      throw new ConflictError('too_many_teams', `There may be ${MAX_TEAMS} teams`, 'Remove one that nobody needs.');
    await checkFree(tx, line, null);
    const id = await insertTeam(tx, line, teams.length + 1);
    await putMembers(tx, { id, name: line, memberIds: [] }, memberIds);
    tx.emit({ type: 'team.changed', data: { teamId: id } });
    return findTeam(tx, id);
  });
}

/**
 * Renames a team or says who is in it; absent = stays. What the team may see, those who come see at once, and those who go no longer,
 * also in open windows. Raises not_found, invalid.
 */
export async function changeTeam(
  scope: Scope | WriteScope,
  id: TeamId,
  { name, memberIds }: { readonly name?: string | undefined; readonly memberIds?: readonly AgentId[] | undefined },
): Promise<Team> {
  return transact(scope, async (tx) => {
    const before = await findTeam(tx, id);
    if (name !== undefined) {
      const line = checkedName(name);
      await checkFree(tx, line, id);
      await renameTeam(tx, id, line);
    }
    if (memberIds !== undefined) await putMembers(tx, before, memberIds);
    tx.emit({ type: 'team.changed', data: { teamId: id } });
    return findTeam(tx, id);
  });
}

/** Moves a team among the others, 1 = the first; beyond the end = the last. Raises not_found. */
export async function orderTeam(scope: Scope | WriteScope, id: TeamId, position: number): Promise<void> {
  await transact(scope, async (tx) => {
    await findTeam(tx, id);
    const others = (await allTeams(tx)).map((one) => one.id).filter((one) => one !== id);
    await saveOrder(tx, others.toSpliced(Math.max(0, position - 1), 0, id));
    tx.emit({ type: 'team.changed', data: { teamId: id } });
  });
}

async function putMembers(tx: WriteScope, team: Team, ids: readonly AgentId[]): Promise<void> {
  const [before, after] = [new Set(team.memberIds), new Set(ids)];
  const [added, dropped] = [[...after.difference(before)], [...before.difference(after)]];
  if (added.length + dropped.length === 0) return;
  const known = new Set((await listAgents(tx)).map((agent) => agent.id));
  if (!after.isSubsetOf(known)) throw new InvalidError({ memberIds: 'teams.problem.member' });
  await addMembers(tx, team.id, added);
  await dropMembers(tx, team.id, dropped);
  const agentIds = [...added, ...dropped];
  await refreshAccess(tx, agentIds);
  tx.emit({ type: 'team_members.changed', data: { teamId: team.id, agentIds } });
}

async function checkFree(tx: WriteScope, name: string, except: TeamId | null): Promise<void> {
  if (await isNameTaken(tx, name, except)) throw new InvalidError({ name: 'teams.problem.taken' });
}
