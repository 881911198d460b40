import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, ConversationId, MessageId } from '../lib/ids.ts';

/** Remembers how far an agent has read; never moves backwards. */
export async function saveRead({ db, now }: WriteScope, agentId: AgentId, id: ConversationId, upTo: MessageId): Promise<boolean> {
  const rows = await db('conversation_reads')
    .insert({ agent_id: agentId, conversation_id: id, last_message_id: upTo, read_at: now().toISOString() })
    .onConflict(['agent_id', 'conversation_id'])
    .merge()
    .where('conversation_reads.last_message_id', '<', upTo)
    .returning('agent_id');
  return rows.length > 0;
}

export async function findRead({ db }: Scope, agentId: AgentId, id: ConversationId): Promise<MessageId | null> {
  return (
    (await db('conversation_reads').where({ agent_id: agentId, conversation_id: id }).first('last_message_id'))?.last_message_id ?? null
  );
}

/** Where it is `now`, what the agent has read is `before` again; false where it is not. */
export async function restoreRead(
  { db }: WriteScope,
  agentId: AgentId,
  id: ConversationId,
  now: MessageId | null,
  before: MessageId | null,
): Promise<boolean> {
  const rows = db('conversation_reads').where({ agent_id: agentId, conversation_id: id, last_message_id: now ?? 0 });
  return (await (before === null ? rows.delete() : rows.update({ last_message_id: before }))) > 0;
}
