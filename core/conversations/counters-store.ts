import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, FolderId } from '../lib/ids.ts';

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

/** The counters, and in how many folders there are what an agent may do in which: one query, since every list asks both. */
export async function readCountersAndRanks({ db }: Scope, agentId: AgentId) {
  const ranks = db('folder_access')
    .where({ agent_id: agentId })
    .select(db.raw("'rank' as kind"), db.raw('cast(folder_id as text) as name'), 'level as value');
  const total = db('folders').select(db.raw("'total' as kind"), db.raw("'' as name"), db.raw('cast(count(*) as integer) as value'));
  const rows: { kind: string; name: string; value: number }[] = await db('counters')
    .select(db.raw("'counter' as kind"), 'name', 'value')
    .unionAll([ranks, total]);
  const of = (kind: string) => rows.filter((row) => row.kind === kind);
  return {
    values: new Map(of('counter').map((row) => [row.name, row.value])),
    ranks: new Map(of('rank').map((row) => [Number(row.name) as FolderId, row.value])),
    total: of('total')[0]?.value ?? 0,
  };
}

/** Replaces every counter. */
export async function replaceCounters({ db }: WriteScope, values: ReadonlyMap<string, number>): Promise<void> {
  await db('counters').delete();
  const rows = [...values].map(([name, value]) => ({ name, value }));
  for (let from = 0; from < rows.length; from += 100) await db('counters').insert(rows.slice(from, from + 100));
}
