import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, ConversationId, MessageId, TeamId } from '../lib/ids.ts';

/** Whose a conversation became: both null = nobody's. */
export interface AssignmentLine {
  readonly id: number;
  /** The newest message that was there, 0 = none. */
  readonly afterMessageId: MessageId;
  readonly person: string;
  readonly team: string;
  /** Who did it; '' = a rule, a removed team, or a program without an agent. */
  readonly by: string;
  readonly isOwnAct: boolean;
  readonly at: Date;
}

/** So many of a conversation are told, the newest. */
const MOST = 100;

export async function insertAssignment(
  { db, now, actor }: WriteScope,
  id: ConversationId,
  { assigneeId, teamId }: { readonly assigneeId: AgentId | null; readonly teamId: TeamId | null },
): Promise<void> {
  const newest = db.raw('coalesce((select max(m.id) from messages m where m.conversation_id = ?), 0)', [id]);
  const byAgentId = actor.kind === 'agent' ? actor.id : null;
  await db('assignments').insert({
    ...{ conversation_id: id, after_message_id: newest, agent_id: assigneeId, team_id: teamId, by_agent_id: byAgentId },
    at: now().toISOString(),
  });
}

interface Row {
  id: number;
  after_message_id: MessageId;
  agent_id: AgentId | null;
  by_agent_id: AgentId | null;
  person: string | null;
  team: string | null;
  by: string | null;
  at: string;
}

/** Of these conversations, oldest first, the newest hundred. */
export async function assignmentLines({ db }: Scope, ids: readonly ConversationId[]): Promise<readonly AssignmentLine[]> {
  const nameOf = (table: string, as: string) => db.raw(`trim(${table}.first_name || ' ' || ${table}.last_name) as "${as}"`);
  const rows: Row[] = await db('assignments as s')
    .leftJoin('agents as a', 'a.id', 's.agent_id')
    .leftJoin('agents as b', 'b.id', 's.by_agent_id')
    .leftJoin('teams as t', 't.id', 's.team_id')
    .whereIn('s.conversation_id', [...ids])
    .orderBy('s.id', 'desc')
    .limit(MOST)
    .select(
      's.id',
      's.after_message_id',
      's.agent_id',
      's.by_agent_id',
      's.at',
      't.name as team',
      nameOf('a', 'person'),
      nameOf('b', 'by'),
    );
  return rows.reverse().map((row) => ({
    ...{ id: row.id, afterMessageId: row.after_message_id, person: row.person ?? '', team: row.team ?? '', by: row.by ?? '' },
    isOwnAct: row.agent_id !== null && row.agent_id === row.by_agent_id,
    at: new Date(row.at),
  }));
}
