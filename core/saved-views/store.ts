import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, SavedViewId } from '../lib/ids.ts';
import type { SavedView } from './types.ts';

interface Row {
  id: number;
  agent_id: number;
  is_shared: boolean | number;
  name: string;
  query: string;
  position: number;
  created_at: string;
}

const fromRow = (row: Row): SavedView => ({
  id: row.id as SavedViewId,
  agentId: row.agent_id as AgentId,
  isShared: Boolean(row.is_shared),
  name: row.name,
  query: row.query,
});

/** Everybody's, in their order; some tens for each agent. */
export async function allViews({ db }: Scope): Promise<readonly SavedView[]> {
  return (await db<Row>('saved_views').orderBy(['position', 'id'])).map(fromRow);
}

export async function insertView({ db, now }: WriteScope, made: Omit<SavedView, 'id'>, position: number): Promise<SavedViewId> {
  const { agentId, isShared, name, query } = made;
  const row = { agent_id: agentId, is_shared: isShared, name, query, position, created_at: now().toISOString() };
  const [added] = await db<Row>('saved_views').insert(row).returning('id');
  if (!added) throw new Error('insert returned no row');
  return added.id as SavedViewId;
}

export async function updateView({ db }: WriteScope, { id, isShared, name, query }: SavedView): Promise<void> {
  await db<Row>('saved_views').where({ id }).update({ is_shared: isShared, name, query });
}

/** Gives each of these its place. */
export async function saveOrder({ db }: WriteScope, ids: readonly SavedViewId[]): Promise<void> {
  for (const [at, id] of ids.entries())
    await db<Row>('saved_views')
      .where({ id })
      .update({ position: at + 1 });
}

export async function deleteView({ db }: WriteScope, id: SavedViewId): Promise<void> {
  await db('saved_views').where({ id }).delete();
}
