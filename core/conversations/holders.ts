import type { Scope } from '../db/scope.ts';
import type { AgentId, ConversationId, TeamId } from '../lib/ids.ts';
import { listTeams } from '../teams/list.ts';
import { readersOf } from './allow.ts';

export interface Person {
  readonly id: AgentId;
  readonly name: string;
}

/** Whom a conversation can be given to: of `agents` those who see it, save the viewer, and teams in which somebody of them is, own ones first. */
export async function holdersFor(
  scope: Scope,
  agents: readonly Person[],
  viewer: AgentId,
  id: ConversationId,
): Promise<{ readonly agents: readonly Person[]; readonly teams: readonly { id: TeamId; name: string; isOwn: boolean }[] }> {
  const readers = await readersOf(scope, id);
  const people = agents.filter((one) => readers.has(one.id));
  const active = new Set(people.map((one) => one.id));
  const teams = (await listTeams(scope)).filter(({ memberIds }) => memberIds.some((one) => active.has(one)));
  return {
    agents: people.filter((one) => one.id !== viewer),
    teams: teams
      .map(({ id: teamId, name, memberIds }) => ({ id: teamId, name, isOwn: memberIds.includes(viewer) }))
      .sort((a, b) => Number(b.isOwn) - Number(a.isOwn)),
  };
}
