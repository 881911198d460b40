import type { Scope } from '../db/scope.ts';
import { bytesOfFiles } from '../files/use.ts';
import type { InboxId } from '../lib/ids.ts';
import { type LimitRow, limitRows, type UseRow, useRows } from './store.ts';
import type { Quota, Use, YearUse } from './types.ts';

/** All together first, then each inbox that takes up something or has a limit, by id. */
export async function readQuotas(scope: Scope): Promise<readonly [Quota, ...Quota[]]> {
  const [uses, limits] = [await useRows(scope), await limitRows(scope)];
  const ids = [...new Set([...uses, ...limits].map(({ inboxId }) => inboxId))].filter((id) => id !== 0).sort((a, b) => a - b);
  const limitOf = (id: number): LimitRow | undefined => limits.find(({ inboxId }) => inboxId === id);
  return [
    quota(null, sums(uses), limitOf(0), await bytesOfFiles(scope)),
    ...ids.map((id) => quota(id as InboxId, sums(uses.filter(({ inboxId }) => inboxId === id)), limitOf(id))),
  ];
}

/** What is of each year, the newest first: of one inbox, or of all together. Years of which nothing is left are not named. */
export async function readYears(scope: Scope, inboxId: InboxId | null): Promise<readonly YearUse[]> {
  const rows = (await useRows(scope)).filter((row) => inboxId === null || row.inboxId === inboxId);
  return [...Map.groupBy(rows, ({ year }) => year)]
    .map(([year, of]) => ({ year, ...sums(of) }))
    .filter(({ received, sent, spam }) => received + sent + spam > 0)
    .sort((a, b) => b.year - a.year);
}

function sums(rows: readonly UseRow[]): Use {
  const of = (kind: UseRow['kind']): number => rows.reduce((sum, row) => (row.kind === kind ? sum + row.bytes : sum), 0);
  return { received: of('received'), sent: of('sent'), spam: of('spam') };
}

function quota(inboxId: InboxId | null, use: Use, row: LimitRow | undefined, files = 0): Quota {
  const [used, limit] = [use.received + use.sent + files, row?.bytes ?? null];
  return { ...use, files, inboxId, used, limit, percent: limit === null ? 0 : Math.floor((used / limit) * 100) };
}
