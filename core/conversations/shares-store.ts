import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, ConversationId } from '../lib/ids.ts';

/** An invitation into one conversation: whom, by whom and since when. */
export interface Share {
  readonly agentId: AgentId;
  readonly name: string;
  /** Empty when that is not known any more. */
  readonly by: string;
  readonly at: Date;
}

export async function sharesOf({ db }: Scope, id: ConversationId): Promise<readonly Share[]> {
  const rows: Record<string, string>[] = await db('conversation_shares as s')
    .join('agents as a', 'a.id', 's.agent_id')
    .leftJoin('agents as b', 'b.id', 's.shared_by')
    .where('s.conversation_id', id)
    .orderBy(['s.shared_at', 's.agent_id'])
    .select('s.agent_id', 's.shared_at', 'a.first_name', 'a.last_name', 'a.email', 'b.first_name as by_first', 'b.last_name as by_last');
  return rows.map((row) => ({
    agentId: Number(row['agent_id']) as AgentId,
    name: `${row['first_name']} ${row['last_name']}`.trim() || String(row['email']),
    by: `${row['by_first'] ?? ''} ${row['by_last'] ?? ''}`.trim(),
    at: new Date(String(row['shared_at'])),
  }));
}

export async function insertShare({ db, now, actor }: WriteScope, id: ConversationId, agentId: AgentId): Promise<void> {
  const shared_by = actor.kind === 'agent' ? actor.id : null;
  const row = { conversation_id: id, agent_id: agentId, shared_by, shared_at: now().toISOString() };
  await db('conversation_shares').insert(row).onConflict(['conversation_id', 'agent_id']).ignore();
}

export async function deleteShare({ db }: WriteScope, id: ConversationId, agentId: AgentId): Promise<boolean> {
  return (await db('conversation_shares').where({ conversation_id: id, agent_id: agentId }).delete()) > 0;
}
