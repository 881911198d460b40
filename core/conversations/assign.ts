import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import type { AgentId, ConversationId, TeamId } from '../lib/ids.ts';
import { notifyOfAssignment } from '../notifications/notify-talk.ts';
import { teamsOf } from '../teams/list.ts';
import { mayRead } from './allow.ts';
import { lockedConversation, lockedExact } from './change.ts';
import { type Assignment, changeHolder } from './holder.ts';
import { isActiveAgent } from './store.ts';
import { workersOf } from './team-workers.ts';
import type { Conversation } from './types.ts';

/**
 * Hands a conversation to an agent, or to nobody at all (null). Who is in the team that has it takes it as one of that team; for anybody
 * else it is not the team's any more. Raises what handOver raises.
 */
export async function assignConversation(
  scope: Scope | WriteScope,
  id: ConversationId,
  assigneeId: AgentId | null,
  isQuiet = false,
): Promise<Conversation> {
  return transact(scope, async (tx) => {
    const { teamId } = await lockedConversation(tx, id);
    const own = assigneeId === null || teamId === null ? [] : ((await teamsOf(tx, [assigneeId])).get(assigneeId) ?? []);
    return handOver(tx, id, { assigneeId, teamId: teamId !== null && own.includes(teamId) ? teamId : null }, isQuiet);
  });
}

/** Hands it to a team, of which nobody has it until somebody takes it. Raises what handOver raises. */
export const giveToTeam = (scope: Scope | WriteScope, id: ConversationId, teamId: TeamId, isQuiet = false): Promise<Conversation> =>
  handOver(scope, id, { assigneeId: null, teamId }, isQuiet);

/**
 * Says exactly whose it is. The same: no change, no event. `isQuiet` = it is one of so many that nobody is told of each. Raises not_found,
 * or invalid for an agent who cannot work or may not see it, and for a team that is gone or in which nobody who can work may.
 */
export async function handOver(scope: Scope | WriteScope, id: ConversationId, to: Assignment, isQuiet = false): Promise<Conversation> {
  return transact(scope, async (tx) => {
    const conversation = await lockedConversation(tx, id);
    const { assigneeId, teamId } = to;
    const [isNewPerson, isNewTeam] = [conversation.assigneeId !== assigneeId, conversation.teamId !== teamId];
    if (!isNewPerson && !isNewTeam) return conversation;
    if (isNewPerson && assigneeId !== null) await expectWorker(tx, id, assigneeId);
    const workers = isNewTeam && teamId !== null ? await workersOf(tx, id, teamId) : [];
    if (isNewTeam && teamId !== null && workers.length === 0) throw new InvalidError({ team: 'conversations.assign.idle' });
    await notifyOfAssignment(tx, id, { assigneeId: isNewPerson ? assigneeId : null, members: assigneeId === null ? workers : [] }, isQuiet);
    return changeHolder(tx, conversation, to);
  });
}

/** Its team is gone: it is another one's where somebody of that one sees it, else none's. Whoever has it keeps it, and nobody is told. */
export async function passOn(tx: WriteScope, id: ConversationId, intoId: TeamId | null): Promise<void> {
  const teamId = intoId !== null && (await workersOf(tx, id, intoId)).length > 0 ? intoId : null;
  const before = await lockedExact(tx, id);
  await changeHolder(tx, before, { assigneeId: before.assigneeId, teamId });
}

async function expectWorker(tx: WriteScope, id: ConversationId, assigneeId: AgentId): Promise<void> {
  if (!(await isActiveAgent(tx, assigneeId))) throw new InvalidError({ assignee: 'conversations.assign.unknown' });
  if (!(await mayRead(tx, assigneeId, id))) throw new InvalidError({ assignee: 'conversations.assign.unseen' });
}
