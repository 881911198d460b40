import type { Scope } from '../../core/db/scope.ts';
import { foldStatistics } from '../../core/statistics/fold.ts';
import { followEvents } from '../../core/statistics/follow.ts';
import type { Wanted } from '../../core/statistics/report.ts';
import { dispatch } from './dispatch.ts';

export const NOVEMBER: Wanted = {
  from: '2026-11-01',
  until: '2026-11-30',
  inboxId: null,
  folderId: null,
  labelId: null,
  agentId: null,
};

/** What the dispatcher and the housekeeping do: follows what happened, then counts. Answers how many conversations were counted. */
export async function bringUpToDate(scope: Scope): Promise<number> {
  await dispatch(scope, followEvents);
  return foldStatistics(scope, new AbortController().signal);
}

/** Everything that is counted, in order; what adds up to nothing left out. */
export async function allCounts({ db }: Scope): Promise<readonly string[]> {
  const rows = await db('statistics_counts').whereNot('n', 0);
  return rows.map((row) => Object.values(row).join(' ')).sort();
}
