import { listAgents } from '../agents/list-agents.ts';
import type { Scope } from '../db/scope.ts';
import type { AgentId, ConversationId, TeamId } from '../lib/ids.ts';
import { listTeams } from '../teams/list.ts';
import { readersOf } from './allow.ts';

/** Who of a team can log in and may read the conversation; nobody where the team is gone. */
export async function workersOf(scope: Scope, id: ConversationId, teamId: TeamId): Promise<readonly AgentId[]> {
  const memberIds = (await listTeams(scope)).find((team) => team.id === teamId)?.memberIds ?? [];
  if (memberIds.length === 0) return [];
  const active = new Set((await listAgents(scope)).filter(({ status }) => status === 'active').map((agent) => agent.id));
  const readers = await readersOf(scope, id);
  return memberIds.filter((one) => active.has(one) && readers.has(one));
}
