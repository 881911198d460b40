import type { WriteScope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import type { AgentNumber, Story } from './types.ts';

/** The newest of that kind was taken back. */
export async function deleteNewestEnding({ db }: WriteScope, id: ConversationId, kind: Story['endings'][number]['kind']): Promise<void> {
  const newest = await db('statistics_endings').where({ conversation_id: id, kind }).orderBy('id', 'desc').first('id');
  if (newest) await db('statistics_endings').where({ id: newest.id }).delete();
}

/** Nothing when the conversation is gone by now. */
export async function insertEndings(
  { db }: WriteScope,
  id: ConversationId,
  kind: Story['endings'][number]['kind'],
  agentId: AgentNumber,
  at: string,
): Promise<void> {
  const known = await db('conversations').where({ id }).first('id');
  if (known) await db('statistics_endings').insert({ conversation_id: id, kind, agent_id: agentId, ended_at: at });
}
