import type { Scope, WriteScope } from '../db/scope.ts';
import type { BulkActionId, ConversationId } from '../lib/ids.ts';
import type { ItemState } from './types.ts';

interface Row {
  bulk_action_id: number;
  conversation_id: number;
  state: string;
  reason: string | null;
  memory: string | null;
}

/** What became of one conversation. `memory` = what it was like before and after, JSON; null = it was not changed. */
export interface Outcome {
  readonly id: ConversationId;
  readonly state: ItemState;
  readonly reason: string | null;
  readonly memory: string | null;
}

/** SQLite takes so many rows in one statement. */
const ROWS = 100;

/** Adds those that are not there yet; answers how many were. */
export async function addItems({ db }: WriteScope, actionId: BulkActionId, ids: readonly ConversationId[]): Promise<number> {
  let added = 0;
  for (let from = 0; from < ids.length; from += ROWS) {
    const rows = ids.slice(from, from + ROWS).map((id) => ({ bulk_action_id: actionId, conversation_id: id, state: 'waiting' }));
    const made = await db<Row>('bulk_action_items')
      .insert(rows)
      .onConflict(['bulk_action_id', 'conversation_id'])
      .ignore()
      .returning('conversation_id');
    added += made.length;
  }
  return added;
}

/** Some in that state, lowest number first. */
export async function itemsIn({ db }: Scope, actionId: BulkActionId, state: ItemState, limit: number): Promise<readonly Outcome[]> {
  const rows = await db<Row>('bulk_action_items')
    .where({ bulk_action_id: actionId, state })
    .orderBy('conversation_id')
    .limit(limit)
    .select('conversation_id', 'reason', 'memory');
  return rows.map((row) => ({ id: row.conversation_id as ConversationId, state, reason: row.reason, memory: row.memory }));
}

/** Writes what became of some of them, in one statement. */
export async function saveOutcomes({ db }: WriteScope, actionId: BulkActionId, outcomes: readonly Outcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  const rows = outcomes.map(({ id, state, reason, memory }) => ({ bulk_action_id: actionId, conversation_id: id, state, reason, memory }));
  await db<Row>('bulk_action_items').insert(rows).onConflict(['bulk_action_id', 'conversation_id']).merge();
}

/** Removes some items of what was begun before that moment; 0 when none is left. */
export async function deleteSomeBefore({ db }: WriteScope, before: Date, limit: number): Promise<number> {
  const old = db('bulk_actions').where('created_at', '<', before.toISOString()).select('id');
  const [one] = await db<Row>('bulk_action_items').whereIn('bulk_action_id', old).limit(1).select('bulk_action_id');
  if (!one) return 0;
  const { bulk_action_id } = one;
  const ids = db<Row>('bulk_action_items').where({ bulk_action_id }).orderBy('conversation_id').limit(limit).select('conversation_id');
  return db<Row>('bulk_action_items').where({ bulk_action_id }).whereIn('conversation_id', ids).delete();
}
