import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, FolderId, SavedViewId } from '../lib/ids.ts';

/** Adds `by` to each named counter; a counter that was not there starts at 0. Names in order, so that two writers never wait for each other in a ring. */
export async function addToCounters({ db }: WriteScope, changes: ReadonlyMap<string, number>): Promise<void> {
  const rows = [...changes].filter(([, by]) => by !== 0).map(([name, value]) => ({ name, value }));
  if (rows.length === 0) return;
  rows.sort((a, b) => (a.name < b.name ? -1 : 1));
  await db('counters')
    .insert(rows)
    .onConflict('name')
    .merge({ value: db.raw('counters.value + excluded.value') });
}

export async function readCounterValues({ db }: Scope): Promise<ReadonlyMap<string, number>> {
  const rows: { name: string; value: number }[] = await db('counters').select('name', 'value');
  return new Map(rows.map((row) => [row.name, row.value]));
}

/** For so long what is over stands above the list. */
const BULK_SHOWN_MS = 15 * 60_000;
const BULK_KEPT_MS = 24 * 3_600_000;

/** The counters, in how many folders there are what an agent may do in which, whether he acts on many conversations, and his views: one query, since every list asks all of it. */
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
  const total = db('folders').select(db.raw("'total' as kind"), db.raw("'' as name"), db.raw('cast(count(*) as integer) as value'));
  const views = db('saved_views')
    .where((either) => either.where({ agent_id: agentId }).orWhere({ is_shared: true }))
    .select(
      db.raw("'view' as kind"),
      db.raw("position || ' ' || id || ' ' || query || ' ' || name as name"),
      db.raw('case when is_shared then 1 else 0 end as value'),
    );
  const rows: { kind: string; name: string; value: number }[] = await db('counters')
    .select(db.raw("'counter' as kind"), 'name', 'value')
    .unionAll([ranks, total, bulk, views]);
  const of = (kind: string) => rows.filter((row) => row.kind === kind);
  return {
    values: new Map(of('counter').map((row) => [row.name, row.value])),
    ranks: new Map(of('rank').map((row) => [Number(row.name) as FolderId, row.value])),
    total: of('total')[0]?.value ?? 0,
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

/** Replaces every counter. */
export async function replaceCounters({ db }: WriteScope, values: ReadonlyMap<string, number>): Promise<void> {
  await db('counters').delete();
  const rows = [...values].map(([name, value]) => ({ name, value }));
  for (let from = 0; from < rows.length; from += 100) await db('counters').insert(rows.slice(from, from + 100));
}
