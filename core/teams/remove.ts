import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { refreshAccess } from '../folders/access.ts';
import type { TeamId } from '../lib/ids.ts';
import { findTeam } from './list.ts';
import { retireTeam } from './store.ts';

/** Removes a team: whoever was in it sees what he sees without it, at once. Answers its name. Raises not_found. */
export async function removeTeam(scope: Scope | WriteScope, id: TeamId): Promise<string> {
  return transact(scope, async (tx) => {
    const { name, memberIds } = await findTeam(tx, id);
    await retireTeam(tx, id);
    await refreshAccess(tx, memberIds);
    if (memberIds.length > 0) tx.emit({ type: 'team_members.changed', data: { teamId: id, agentIds: memberIds } });
    tx.emit({ type: 'team.removed', data: { teamId: id } });
    return name;
  });
}
