import { z } from 'zod';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, ConversationId, MessageId } from '../lib/ids.ts';
import type { Forward } from './types.ts';

interface Row {
  id: number;
  conversation_id: ConversationId | null;
  side_conversation_id: ConversationId;
  side_message_id: MessageId;
  message_ids: string;
  is_whole: boolean | number;
  with_files: boolean | number;
  carried_files: number;
  after_message_id: MessageId;
  at: string;
}

export interface StoredForward extends Forward {
  readonly id: number;
  readonly afterMessageId: MessageId;
  readonly at: Date;
}

const IDS = z.array(z.int().transform((id) => id as MessageId));
/** Of one conversation as many as its time line shows. */
const MOST = 100;

const fromRow = (row: Row): StoredForward => ({
  id: row.id,
  conversationId: row.conversation_id,
  sideId: row.side_conversation_id,
  sideMessageId: row.side_message_id,
  messageIds: IDS.parse(JSON.parse(row.message_ids)),
  isWhole: Boolean(row.is_whole),
  withFiles: Boolean(row.with_files),
  carriedFiles: row.carried_files,
  afterMessageId: row.after_message_id,
  at: new Date(row.at),
});

export async function insertForward(tx: WriteScope, agentId: AgentId, made: Omit<StoredForward, 'id' | 'at'>): Promise<void> {
  await tx.db('forwards').insert({
    conversation_id: made.conversationId,
    side_conversation_id: made.sideId,
    side_message_id: made.sideMessageId,
    agent_id: agentId,
    message_ids: JSON.stringify(made.messageIds),
    is_whole: made.isWhole,
    with_files: made.withFiles,
    carried_files: made.carriedFiles,
    after_message_id: made.afterMessageId,
    at: tx.now().toISOString(),
  });
}

/** What this message took along; null = nothing. */
export async function forwardByMessage({ db }: Scope, id: MessageId): Promise<Forward | null> {
  const row: Row | undefined = await db('forwards').where({ side_message_id: id }).first();
  return row ? fromRow(row) : null;
}

export interface ForwardRow extends StoredForward {
  readonly by: string;
  readonly answeredAt: Date | null;
}

/** What went out of these conversations: oldest first, the newest hundred. */
export async function forwardsFrom({ db }: Scope, ids: readonly ConversationId[]): Promise<readonly ForwardRow[]> {
  const answered = db('messages as m')
    .whereRaw('m.conversation_id = f.side_conversation_id')
    .where('m.direction', 'inbound')
    .max('m.created_at')
    .as('answered_at');
  const rows: (Row & { first_name: string | null; last_name: string | null; answered_at: string | null })[] = await db('forwards as f')
    .leftJoin('agents as a', 'a.id', 'f.agent_id')
    .whereIn('f.conversation_id', [...ids])
    .orderBy('f.id', 'desc')
    .limit(MOST)
    .select('f.*', 'a.first_name', 'a.last_name', answered);
  return rows.toReversed().map((row) => ({
    ...fromRow(row),
    by: `${row.first_name ?? ''} ${row.last_name ?? ''}`.trim(),
    answeredAt: row.answered_at === null ? null : new Date(row.answered_at),
  }));
}

/** Out of which conversations these began; null among them = one that is deleted. */
export const originsOf = ({ db }: Scope, ids: readonly ConversationId[]): Promise<readonly (ConversationId | null)[]> =>
  db('forwards')
    .whereIn('side_conversation_id', [...ids])
    .orderBy('id')
    .limit(MOST)
    .pluck('conversation_id');
