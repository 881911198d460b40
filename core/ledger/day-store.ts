import type { Scope } from '../db/scope.ts';
import type { InboxId } from '../lib/ids.ts';

interface DayCount {
  readonly day: string;
  /** A status of `raw_inbound`, or `accepted` for the entries of the chain. */
  readonly status: string;
  readonly n: number;
}

/** Counters of the newest `limit` days before `before`, newest day first; summed over inboxes unless one is named. */
export async function daysBefore(
  { db }: Scope,
  inboxId: InboxId | null,
  before: string | null,
  limit: number,
): Promise<readonly DayCount[]> {
  const of = () => {
    const query = db('ledger_days').whereNot('n', 0);
    if (inboxId !== null) query.where({ inbox_id: inboxId });
    if (before !== null) query.where('day', '<', before);
    return query;
  };
  const first = of().distinct('day').orderBy('day', 'desc').limit(limit).as('newest');
  const rows: { day: string; status: string; n: number | string }[] = await of()
    .where('day', '>=', db.from(first).min('day'))
    .groupBy('day', 'status')
    .orderBy('day', 'desc')
    .select('day', 'status')
    .sum({ n: 'n' });
  return rows.map(({ day, status, n }) => ({ day, status, n: Number(n) }));
}

/** Every counter summed over all days. */
export async function statusSums({ db }: Scope, inboxId: InboxId | null): Promise<ReadonlyMap<string, number>> {
  const rows: { status: string; n: number | string }[] = await db('ledger_days')
    .where(inboxId === null ? {} : { inbox_id: inboxId })
    .groupBy('status')
    .select('status')
    .sum({ n: 'n' });
  return new Map(rows.map(({ status, n }) => [status, Number(n)]));
}

/** Every day that has counters, oldest first. */
export async function allDays({ db }: Scope): Promise<readonly string[]> {
  return (await db('ledger_days').distinct('day').orderBy('day')).map(({ day }) => day);
}

/** One day counted anew from the rows themselves, beside what the counters say; only where they differ. */
export async function wrongCounts(scope: Scope, day: string): Promise<readonly (DayCount & { inboxId: number; counted: number })[]> {
  const { db } = scope;
  const kept = await db('ledger_days').where({ day }).select('inbox_id', 'status', 'n');
  const rows: { inbox_id: number; status: string; n: number | string }[] = await db('raw_inbound')
    .where({ day })
    .groupBy('inbox_id', 'status')
    .select('inbox_id', 'status')
    .count({ n: '*' });
  const counted = new Map(rows.map((row) => [`${row.inbox_id} ${row.status}`, Number(row.n)]));
  const stated = new Map<string, number>();
  for (const row of kept) if (row.status !== 'accepted') stated.set(`${row.inbox_id} ${row.status}`, row.n);
  return [...new Set([...counted.keys(), ...stated.keys()])].flatMap((key) => {
    const [inboxId = '', status = ''] = key.split(' ');
    const [n, real] = [stated.get(key) ?? 0, counted.get(key) ?? 0];
    return n === real ? [] : [{ day, status, n, counted: real, inboxId: Number(inboxId) }];
  });
}
