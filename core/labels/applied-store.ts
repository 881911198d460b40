import { isPostgres } from '../db/dialect.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, ConversationId, LabelId } from '../lib/ids.ts';

/** What the row of a label repeats of its conversation. */
export interface Place {
  readonly state: string;
  readonly writtenAt: Date;
}

/** Labels of a conversation that were not removed. */
export async function appliedTo({ db }: Scope, id: ConversationId): Promise<readonly LabelId[]> {
  return db('conversation_labels as cl')
    .join('labels as l', 'l.id', 'cl.label_id')
    .where('cl.conversation_id', id)
    .whereRaw('l.removed_at is null')
    .orderByRaw('l.position, l.id')
    .pluck('l.id');
}

export async function isApplied({ db }: Scope, id: ConversationId, labelId: LabelId): Promise<boolean> {
  return (await db('conversation_labels').where({ conversation_id: id, label_id: labelId }).first('label_id')) !== undefined;
}

export async function insertApplied(
  { db, now }: WriteScope,
  id: ConversationId,
  labelId: LabelId,
  { state, writtenAt }: Place,
  agentId: AgentId | null,
): Promise<void> {
  const place = { state, written_at: writtenAt.toISOString() };
  const row = { conversation_id: id, label_id: labelId, ...place, agent_id: agentId, labelled_at: now().toISOString() };
  await db('conversation_labels').insert(row);
}

export async function deleteApplied({ db }: WriteScope, id: ConversationId, labelId: LabelId): Promise<boolean> {
  return (await db('conversation_labels').where({ conversation_id: id, label_id: labelId }).delete()) > 0;
}

export async function updatePlace({ db }: WriteScope, id: ConversationId, { state, writtenAt }: Place): Promise<void> {
  await db('conversation_labels').where({ conversation_id: id }).update({ state, written_at: writtenAt.toISOString() });
}

/** How many of these conversations bear each label. */
export async function countsAmong({ db }: Scope, ids: readonly ConversationId[]): Promise<ReadonlyMap<LabelId, number>> {
  const rows: { label_id: number; n: number | string }[] = await db('conversation_labels')
    .whereIn('conversation_id', [...ids])
    .groupBy('label_id')
    .orderBy('label_id')
    .select('label_id')
    .count('* as n');
  return new Map(rows.map((row) => [row.label_id as LabelId, Number(row.n)]));
}

/** Some conversations that bear the label, locked until the transaction ends. */
export async function lockBearers({ db }: WriteScope, labelId: LabelId, limit: number): Promise<readonly ConversationId[]> {
  const ids: ConversationId[] = await db('conversation_labels')
    .where({ label_id: labelId })
    .orderBy('conversation_id')
    .limit(limit)
    .pluck('conversation_id');
  if (isPostgres(db)) await db('conversations').whereIn('id', ids).orderBy('id').forUpdate().select('id');
  return ids;
}

/** Takes the label off these conversations; where `into` is not yet, that takes its place. Answers how many came to `into`. */
export async function replaceApplied(
  { db }: WriteScope,
  labelId: LabelId,
  into: LabelId | null,
  ids: readonly ConversationId[],
): Promise<number> {
  const moved = into === null ? [] : await withoutLabel(db, into, ids);
  const rows = db('conversation_labels').where({ label_id: labelId });
  if (moved.length > 0) await rows.clone().whereIn('conversation_id', moved).update({ label_id: into });
  const dropped = ids.filter((id) => !moved.includes(id));
  if (dropped.length === 0) return moved.length;
  await rows.whereIn('conversation_id', dropped).delete();
  await db('conversations').whereIn('id', dropped).decrement('label_count', 1);
  return moved.length;
}

async function withoutLabel(db: WriteScope['db'], labelId: LabelId, ids: readonly ConversationId[]): Promise<readonly ConversationId[]> {
  const bearers: ConversationId[] = await db('conversation_labels')
    .where({ label_id: labelId })
    .whereIn('conversation_id', [...ids])
    .pluck('conversation_id');
  const known = new Set(bearers);
  return ids.filter((id) => !known.has(id));
}
