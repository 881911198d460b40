import type { Scope } from '../db/scope.ts';
import type { InboxId } from '../lib/ids.ts';
import { daysBefore, statusSums } from './day-store.ts';
import type { LedgerDay } from './types.ts';

export const DAYS_A_PAGE = 31;

export interface LedgerDays {
  /** Newest first. */
  readonly days: readonly LedgerDay[];
  /** Ask for the days before this one; null at the end. */
  readonly next: string | null;
}

/** What became of what was kept, day by day, for one inbox or for all. */
export async function readDays(scope: Scope, inboxId: InboxId | null, before: string | null, limit = DAYS_A_PAGE): Promise<LedgerDays> {
  const rows = await daysBefore(scope, inboxId, before, limit + 1);
  const byDay = Map.groupBy(rows, ({ day }) => day);
  const days = [...byDay]
    .slice(0, limit)
    .map(([day, counts]) => ({ day, ...account(new Map(counts.map(({ status, n }) => [status, n]))) }));
  return { days, next: byDay.size > limit ? (days.at(-1)?.day ?? null) : null };
}

/** The same over all days. */
export async function readTotals(scope: Scope, inboxId: InboxId | null): Promise<Omit<LedgerDay, 'day'>> {
  return account(await statusSums(scope, inboxId));
}

/** What was accepted is counted by the chain's entries, the rest by the rows: only when nothing is lost do they meet. */
function account(counts: ReadonlyMap<string, number>): Omit<LedgerDay, 'day'> {
  const of = (status: string): number => counts.get(status) ?? 0;
  const accepted = of('accepted');
  const known = { received: of('received'), reports: of('report'), spam: of('spam'), failed: of('failed'), duplicate: of('duplicate') };
  const waiting = of('waiting');
  const { received, reports, spam, failed, duplicate } = known;
  return { accepted, ...known, waiting, difference: accepted - (received + reports + spam + failed + duplicate + waiting) };
}
