import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, FolderId, InboxId, SavedViewId, TeamId } from '../lib/ids.ts';
import type { Status } from './types.ts';

export async function readCounterValues({ db }: Scope): Promise<ReadonlyMap<string, number>> {
  const rows: { name: string; value: number }[] = await db('counters').select('name', 'value');
  return new Map(rows.map((row) => [row.name, row.value]));
}

/** For so long what is over stands above the list. */
const BULK_SHOWN_MS = 15 * 60_000;
const BULK_KEPT_MS = 24 * 3_600_000;

/** The counters, in how many folders there are what an agent may do in which, what is shared with him beside them, whether he acts on many conversations, his teams and his views: one query, since every list asks all of it. */
export async function readCountersAndRanks({ db, now }: Scope, agentId: AgentId) {
  const ago = (ms: number): string => new Date(now().getTime() - ms).toISOString();
  const bulk = db('bulk_actions')
    .where({ agent_id: agentId })
    .where('created_at', '>=', ago(BULK_KEPT_MS))
    .whereNull('hidden_at')
    .whereRaw('(finished_at is null or finished_at > ?)', [ago(BULK_SHOWN_MS)])
    .select(db.raw("'bulk' as kind"), db.raw("'' as name"), db.raw('cast(count(*) as integer) as value'));
  const ranks = db('folder_access')
    .where({ agent_id: agentId })
    .select(db.raw("'rank' as kind"), db.raw('cast(folder_id as text) as name'), 'level as value');
  // Single ones in folders that he does not see, by everything they are counted by.
  const state =
    "c.status || ' ' || c.inbox_id || ' ' || coalesce(c.assignee_id, 0) || ' ' || case when c.trashed_at is not null then 2 when c.spam_at is null then 0 else 1 end";
  const more =
    "|| ' ' || case when c.waiting_since is null then 0 else 1 end || ' ' || c.failed_deliveries || ' ' || coalesce(c.assigned_team_id, 0)";
  const shared = db('conversation_shares as s')
    .join('conversations as c', 'c.id', 's.conversation_id')
    .where('s.agent_id', agentId)
    .whereNull('c.merged_into_id')
    .whereNotIn('c.folder_id', db('folder_access').where({ agent_id: agentId }).select('folder_id'))
    .groupByRaw('2')
    .select(db.raw("'shared' as kind"), db.raw(`${state} ${more} as name`), db.raw('cast(count(*) as integer) as value'));
  const total = db('folders').select(db.raw("'total' as kind"), db.raw("'' as name"), db.raw('cast(count(*) as integer) as value'));
  const teams = db('team_members').where({ agent_id: agentId }).select(db.raw("'team' as kind"), db.raw("'' as name"), 'team_id as value');
  const views = db('saved_views')
    .where((either) => either.where({ agent_id: agentId }).orWhere({ is_shared: true }))
    .select(
      db.raw("'view' as kind"),
      db.raw("position || ' ' || id || ' ' || query || ' ' || name as name"),
      db.raw('case when is_shared then 1 else 0 end as value'),
    );
  const rows: { kind: string; name: string; value: number }[] = await db('counters')
    .select(db.raw("'counter' as kind"), 'name', 'value')
    .unionAll([ranks, total, bulk, teams, views, shared]);
  const of = (kind: string) => rows.filter((row) => row.kind === kind);
  return {
    values: new Map(of('counter').map((row) => [row.name, row.value])),
    ranks: new Map(of('rank').map((row) => [Number(row.name) as FolderId, row.value])),
    total: of('total')[0]?.value ?? 0,
    shared: of('shared').map(({ name, value }) => ({ state: stateFrom(name), n: value })),
    teamIds: of('team').map((row) => row.value as TeamId),
    hasBulk: (of('bulk')[0]?.value ?? 0) > 0,
    views: of('view')
      .map(({ name, value }) => viewFrom(name, value === 1))
      .sort((a, b) => Number(b.isShared) - Number(a.isShared) || a.position - b.position || a.id - b.id),
  };
}

/** "position id query name": an address has no spaces. */
function viewFrom(packed: string, isShared: boolean) {
  const [, position, id, query = '', name = ''] = /^(\d+) (\d+) (\S*) (.*)$/s.exec(packed) ?? [];
  return { id: Number(id) as SavedViewId, position: Number(position), isShared, query, name };
}

/** "status inbox assignee spam waiting failed team", as it was put together above. */
function stateFrom(packed: string) {
  const [status, inboxId, assigneeId, spam, waiting, failed, teamId] = packed.split(' ');
  return {
    status: status as Status,
    inboxId: Number(inboxId) as InboxId,
    assigneeId: assigneeId === '0' ? null : (Number(assigneeId) as AgentId),
    teamId: teamId === '0' ? null : (Number(teamId) as TeamId),
    spam: spam === '1',
    trashedAt: spam === '2' || null,
    waitingSince: waiting === '1',
    failedDeliveries: Number(failed),
  };
}

/** Replaces every counter. */
export async function replaceCounters({ db }: WriteScope, values: ReadonlyMap<string, number>): Promise<void> {
  await db('counters').delete();
  const rows = [...values].map(([name, value]) => ({ name, value }));
  for (let from = 0; from < rows.length; from += 100) await db('counters').insert(rows.slice(from, from + 100));
}
