import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';
import { PLACES, type Places } from './types.ts';

const TABLES = {
  inboxIds: ['notification_inboxes', 'inbox_id'],
  folderIds: ['notification_folders', 'folder_id'],
  teamIds: ['notification_teams', 'team_id'],
} as const satisfies Record<keyof Places, readonly [string, string]>;

/** Those of one agent, in the order of their numbers. */
export async function findPlaces({ db }: Scope, agentId: AgentId): Promise<Places> {
  const idsOf = ([table, column]: readonly [string, string]) => db(table).where({ agent_id: agentId }).orderBy(column).pluck(column);
  const [inboxIds, folderIds, teamIds] = [await idsOf(TABLES.inboxIds), await idsOf(TABLES.folderIds), await idsOf(TABLES.teamIds)];
  return { inboxIds, folderIds, teamIds };
}

/** The numbers of one kind of those agents who chose any of it. */
export async function findListening({ db }: Scope, kind: keyof Places): Promise<ReadonlyMap<AgentId, ReadonlySet<number>>> {
  const [table, column] = TABLES[kind];
  const rows: { agent_id: AgentId; id: number }[] = await db(table).select('agent_id', { id: column });
  const found = new Map<AgentId, Set<number>>();
  for (const { agent_id, id } of rows) found.set(agent_id, (found.get(agent_id) ?? new Set()).add(id));
  return found;
}

/** Replaces what the agent chose of each kind that is given; the other kinds stay. */
export async function savePlaces({ db }: WriteScope, agentId: AgentId, places: Partial<Places>): Promise<void> {
  for (const kind of PLACES) {
    const ids = places[kind];
    if (!ids) continue;
    const [table, column] = TABLES[kind];
    await db(table).where({ agent_id: agentId }).delete();
    if (ids.length > 0) await db(table).insert(ids.map((id) => ({ agent_id: agentId, [column]: id })));
  }
}
