import { listAgents } from '../agents/list-agents.ts';
import { readersOf } from '../conversations/allow.ts';
import type { Conversation } from '../conversations/types.ts';
import type { Scope } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';
import { listTeams } from '../teams/list.ts';
import type { Receiver } from './types.ts';

/**
 * Who has to know: the author, else the one the conversation is assigned to, else its team, else everybody; of these only those who can
 * log in and may read the conversation now.
 */
export async function receiversOf(
  scope: Scope,
  conversation: Pick<Conversation, 'id' | 'assigneeId' | 'teamId'>,
  authorId: AgentId | null,
): Promise<readonly Receiver[]> {
  const readers = await readersOf(scope, conversation.id);
  const told = (await listAgents(scope)).filter(({ id, status }) => status === 'active' && readers.has(id)).map(({ id }) => id);
  const nearest = [
    { agentId: authorId, why: 'author' },
    { agentId: conversation.assigneeId, why: 'assignee' },
  ] as const;
  for (const { agentId, why } of nearest) if (agentId !== null && told.includes(agentId)) return [{ agentId, why }];
  const { teamId } = conversation;
  const members = teamId === null ? [] : ((await listTeams(scope)).find(({ id }) => id === teamId)?.memberIds ?? []);
  const ofTeam = told.filter((id) => members.includes(id));
  if (ofTeam.length > 0) return ofTeam.map((agentId) => ({ agentId, why: 'team' }));
  return told.map((agentId) => ({ agentId, why: 'anyone' }));
}
