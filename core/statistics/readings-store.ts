import type { WriteScope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import { insertDirty } from './fold-store.ts';
import type { AgentNumber } from './types.ts';

export interface Reading {
  readonly conversationId: ConversationId;
  readonly agentId: AgentNumber;
  readonly day: string;
}

/** Each once: what is known already, and what is of a conversation that is gone by now, is left out. */
export async function insertReads(tx: WriteScope, reads: readonly Reading[]): Promise<void> {
  for (let from = 0; from < reads.length; from += 100) {
    const some = reads.slice(from, from + 100);
    const ids: ConversationId[] = await tx
      .db('conversations')
      .whereIn(
        'id',
        some.map(({ conversationId }) => conversationId),
      )
      .pluck('id');
    const rows = some
      .filter(({ conversationId }) => ids.includes(conversationId))
      .map(({ conversationId, agentId, day }) => ({ conversation_id: conversationId, agent_id: agentId, day }));
    if (rows.length === 0) continue;
    const written: { conversation_id: number }[] = await tx
      .db('statistics_reads')
      .insert(rows)
      .onConflict(['conversation_id', 'agent_id', 'day'])
      .ignore()
      .returning('conversation_id');
    await insertDirty(
      tx,
      written.map((row) => row.conversation_id),
    );
  }
}
