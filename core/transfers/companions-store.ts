import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, ConversationId, MessageId } from '../lib/ids.ts';
import type { Memory } from './types.ts';

/** Drafts of agents who have none in `to` go along; the others stay where they were written. Answers those that went. */
export async function moveDrafts({ db }: WriteScope, from: ConversationId, to: ConversationId): Promise<readonly number[]> {
  const taken = db('drafts').where({ conversation_id: to }).select('agent_id');
  const ids: number[] = await db('drafts').where({ conversation_id: from }).whereNotIn('agent_id', taken).pluck('id');
  await db('drafts').whereIn('id', ids).update({ conversation_id: to });
  return ids;
}

/** Takes those drafts back that are still there, unless their agent has written another one meanwhile. */
export async function returnDrafts({ db }: WriteScope, ids: readonly number[], there: ConversationId, home: ConversationId): Promise<void> {
  const taken: number[] = await db('drafts').where({ conversation_id: home }).pluck('agent_id');
  await db('drafts')
    .whereIn('id', [...ids])
    .where({ conversation_id: there })
    .whereNotIn('agent_id', taken)
    .update({ conversation_id: home });
}

/** An agent and how far he has read two conversations; null = nothing of it. */
export interface Reader {
  readonly agentId: AgentId;
  readonly since: string;
  readonly from: MessageId | null;
  readonly to: MessageId | null;
}

export async function readersOf({ db }: Scope, from: ConversationId, to: ConversationId): Promise<readonly Reader[]> {
  const rows: { id: number; created_at: string; from_read: number | null; to_read: number | null }[] = await db('agents as a')
    .leftJoin('conversation_reads as f', (on) => on.on('f.agent_id', 'a.id').andOnVal('f.conversation_id', from))
    .leftJoin('conversation_reads as g', (on) => on.on('g.agent_id', 'a.id').andOnVal('g.conversation_id', to))
    .where((either) => either.whereNotNull('f.agent_id').orWhereNotNull('g.agent_id'))
    .select('a.id', 'a.created_at', 'f.last_message_id as from_read', 'g.last_message_id as to_read');
  return rows.map((row) => ({
    agentId: row.id as AgentId,
    since: row.created_at,
    from: row.from_read as MessageId | null,
    to: row.to_read as MessageId | null,
  }));
}

/** Writes how far each has read. */
export async function writeReads({ db, now }: WriteScope, id: ConversationId, reads: Memory['reads']): Promise<void> {
  const read_at = now().toISOString();
  const place = { conversation_id: id };
  for (const { agentId, was, became } of reads) {
    if (was !== null)
      await db('conversation_reads')
        .where({ ...place, agent_id: agentId })
        .update({ last_message_id: became });
    else await db('conversation_reads').insert({ ...place, agent_id: agentId, last_message_id: became, read_at });
  }
}

/** Writes back how far each had read, unless he has read on since. */
export async function returnReads({ db }: WriteScope, id: ConversationId, reads: Memory['reads']): Promise<void> {
  for (const { agentId, was, became } of reads) {
    const mark = db('conversation_reads').where({ conversation_id: id, agent_id: agentId, last_message_id: became });
    if (was === null) await mark.delete();
    else await mark.update({ last_message_id: was });
  }
}
