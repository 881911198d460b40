import { z } from 'zod';
import type { ListFilters } from '../conversations/types.ts';
import { isPostgres } from '../db/dialect.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, BulkActionId, FolderId, LabelId, TeamId } from '../lib/ids.ts';
import { BULK_STATES, type BulkAction, type BulkDeed, type BulkKind, type BulkState, type ItemState } from './types.ts';

interface Row {
  id: number;
  agent_id: number;
  kind: BulkKind;
  target_id: number | null;
  team_id: number | null;
  until: string | null;
  list: string | null;
  cursor: string | null;
  state: string;
  total: number;
  done: number;
  same: number;
  refused: number;
  undone: number;
  stayed: number;
  is_cut: boolean | number;
  created_at: string;
  finished_at: string | null;
  hidden_at: string | null;
}

const fromRow = (row: Row): BulkAction => ({
  id: row.id as BulkActionId,
  agentId: row.agent_id as AgentId,
  deed: deedFrom(row),
  list: row.list === null ? null : (JSON.parse(row.list) as ListFilters),
  cursor: row.cursor,
  state: z.enum(BULK_STATES).parse(row.state),
  total: row.total,
  done: row.done,
  same: row.same,
  refused: row.refused,
  undone: row.undone,
  stayed: row.stayed,
  isCut: Boolean(row.is_cut),
  createdAt: new Date(row.created_at),
  finishedAt: row.finished_at === null ? null : new Date(row.finished_at),
});

function deedFrom({ kind, target_id, team_id, until }: Row): BulkDeed {
  if (kind === 'assign') return { kind, assigneeId: target_id as AgentId | null, teamId: team_id as TeamId | null };
  if (kind === 'label' || kind === 'unlabel') return { kind, labelId: target_id as LabelId };
  if (kind === 'file') return { kind, folderId: target_id as FolderId };
  return kind === 'snooze' ? { kind, until: until === null ? null : new Date(until) } : { kind };
}

function targetOf(deed: BulkDeed): number | null {
  if ('assigneeId' in deed) return deed.assigneeId;
  if ('labelId' in deed) return deed.labelId;
  return 'folderId' in deed ? deed.folderId : null;
}

export async function insertAction(
  { db, now }: WriteScope,
  made: { readonly agentId: AgentId; readonly deed: BulkDeed; readonly list: ListFilters | null; readonly total: number },
): Promise<BulkActionId> {
  const [row] = await db<Row>('bulk_actions')
    .insert({
      agent_id: made.agentId,
      kind: made.deed.kind,
      target_id: targetOf(made.deed),
      team_id: made.deed.kind === 'assign' ? (made.deed.teamId ?? null) : null,
      until: made.deed.kind === 'snooze' ? (made.deed.until?.toISOString() ?? null) : null,
      list: made.list === null ? null : JSON.stringify(made.list),
      state: made.list === null ? 'running' : 'collecting',
      total: made.total,
      created_at: now().toISOString(),
    })
    .returning('id');
  if (!row) throw new Error('insert returned no row');
  return row.id as BulkActionId;
}

export async function findAction({ db }: Scope, id: BulkActionId): Promise<BulkAction | null> {
  const row = await db<Row>('bulk_actions').where({ id }).first();
  return row ? fromRow(row) : null;
}

/** As nobody else can change it until the transaction ends. */
export async function lockAction({ db }: WriteScope, id: BulkActionId): Promise<BulkAction | null> {
  const query = db<Row>('bulk_actions').where({ id }).first();
  const row = await (isPostgres(db) ? query.forUpdate() : query);
  return row ? fromRow(row) : null;
}

/** Those of an agent since then, the newest first; with `isShown` those that he has not put away. */
export async function actionsOf(
  { db }: Scope,
  agentId: AgentId,
  since: Date,
  isShown: boolean,
  limit: number,
): Promise<readonly BulkAction[]> {
  const query = db<Row>('bulk_actions').where({ agent_id: agentId }).where('created_at', '>=', since.toISOString());
  if (isShown) query.whereNull('hidden_at');
  return (
    await query
      .orderBy([
        { column: 'created_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(limit)
  ).map(fromRow);
}

export async function saveState({ db, now }: WriteScope, id: BulkActionId, state: BulkState): Promise<void> {
  const isOver = state === 'done' || state === 'cancelled' || state === 'undone';
  await db<Row>('bulk_actions')
    .where({ id })
    .update({ state, finished_at: isOver ? now().toISOString() : null, ...(state === 'undoing' ? { hidden_at: null } : {}) });
}

/** Counts outcomes of some items. */
export async function addOutcomes({ db }: WriteScope, id: BulkActionId, by: ReadonlyMap<ItemState, number>): Promise<void> {
  const counted = [...by].filter(([state, n]) => state !== 'waiting' && n !== 0);
  if (counted.length === 0) return;
  await db('bulk_actions')
    .where({ id })
    .update(Object.fromEntries(counted.map(([state, n]) => [state, db.raw('?? + ?', [state, n])])));
}

/** So many more were found, and where the list goes on; null = nowhere. */
export async function saveCollected(
  { db }: WriteScope,
  id: BulkActionId,
  found: { readonly total: number; readonly cursor: string | null; readonly isCut: boolean },
): Promise<void> {
  const { total, cursor, isCut } = found;
  await db('bulk_actions')
    .where({ id })
    .update({ total, cursor, is_cut: isCut, ...(cursor === null || isCut ? { state: 'running' } : {}) });
}

export async function hideAction({ db, now }: WriteScope, id: BulkActionId): Promise<void> {
  await db('bulk_actions').where({ id }).update({ hidden_at: now().toISOString() });
}

/** Removes those begun before that moment. */
export const deleteBefore = ({ db }: WriteScope, before: Date): Promise<number> =>
  db('bulk_actions').where('created_at', '<', before.toISOString()).delete();

/** Those that an agent has under way. */
export const goingOf = ({ db }: Scope, agentId: AgentId): Promise<readonly BulkActionId[]> =>
  db('bulk_actions')
    .where({ agent_id: agentId })
    .whereIn('state', ['collecting', 'running', 'undoing'])
    .orderBy('id')
    .limit(20)
    .pluck('id');
