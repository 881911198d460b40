import type { Scope, WriteScope } from '../db/scope.ts';
import { WAITING_STATUSES } from '../deliveries/types.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';
import { type BackBy, MEMORY, type Memory, type TrashLine } from './types.ts';

const newestOf = ({ db }: WriteScope, id: ConversationId) =>
  db.raw('coalesce((select max(m.id) from messages m where m.conversation_id = ?), 0)', [id]);

const agentOf = ({ actor }: WriteScope): number | null => (actor.kind === 'agent' ? actor.id : null);

export async function insertTrashing(tx: WriteScope, id: ConversationId, memory: Memory): Promise<void> {
  const row = { conversation_id: id, after_message_id: newestOf(tx, id), agent_id: agentOf(tx), at: tx.now().toISOString() };
  await tx.db('trashings').insert({ ...row, memory: JSON.stringify(memory) });
}

/** Notes that it is over and answers what the conversation was like before; null = it was not in the trash. */
export async function endTrashing(tx: WriteScope, id: ConversationId, by: BackBy): Promise<Memory | null> {
  const row = await tx.db('trashings').where({ conversation_id: id }).whereNull('restored_at').orderBy('id', 'desc').first();
  if (!row) return null;
  const end = { restored_after_message_id: newestOf(tx, id), restored_at: tx.now().toISOString(), restored_by_mail: by === 'mail' };
  await tx
    .db('trashings')
    .where({ id: row.id })
    .update({ ...end, restored_by: by === 'mail' ? null : agentOf(tx) });
  return MEMORY.parse(JSON.parse(row.memory));
}

/** So many of a conversation are told, the newest. */
const MOST = 50;

interface Row {
  readonly id: number;
  readonly after_message_id: MessageId;
  readonly at: string;
  readonly restored_after_message_id: MessageId | null;
  readonly restored_at: string | null;
  readonly restored_by_mail: boolean | number;
  readonly by: string | null;
  readonly back_by: string | null;
}

/** Of these conversations, oldest first. */
export async function trashLines({ db }: Scope, ids: readonly ConversationId[]): Promise<readonly TrashLine[]> {
  const nameOf = (table: string, as: string) => db.raw(`trim(${table}.first_name || ' ' || ${table}.last_name) as "${as}"`);
  const rows: Row[] = await db('trashings as t')
    .leftJoin('agents as a', 'a.id', 't.agent_id')
    .leftJoin('agents as b', 'b.id', 't.restored_by')
    .whereIn('t.conversation_id', [...ids])
    .orderBy('t.id', 'desc')
    .limit(MOST)
    .select('t.id', 't.after_message_id', 't.at', 't.restored_after_message_id', 't.restored_at', 't.restored_by_mail')
    .select(nameOf('a', 'by'), nameOf('b', 'back_by'));
  return rows.reverse().flatMap((row): TrashLine[] => {
    const line: TrashLine = {
      ...{ id: `${row.id}`, what: 'trashed', afterMessageId: row.after_message_id, by: row.by ?? '' },
      at: new Date(row.at),
    };
    if (row.restored_at === null) return [line];
    const what = row.restored_by_mail ? 'restored_mail' : 'restored_agent';
    const afterMessageId = row.restored_after_message_id ?? row.after_message_id;
    return [line, { id: `${row.id}-back`, what, afterMessageId, by: row.back_by ?? '', at: new Date(row.restored_at) }];
  });
}

/** Messages of the conversation that are still on their way to somebody, oldest first. */
export async function messagesOnTheirWay({ db }: Scope, id: ConversationId): Promise<readonly MessageId[]> {
  return db('deliveries')
    .where({ conversation_id: id })
    .whereIn('status', [...WAITING_STATUSES])
    .distinct('message_id')
    .orderBy('message_id')
    .pluck('message_id');
}
