import { type Scope, transact } from '../db/scope.ts';
import { deleteBefore, newestRefused, refusalCounts } from './store.ts';
import { deleteTurnAwaysBefore } from './turn-away-store.ts';
import type { RefusalCount, RefusedMail } from './types.ts';

const KEPT_DAYS = 90;
const MAX_COUNTS = 1000;
const MAX_MAILS = 100;

/** What was refused in the last `days` days, newest first, and the last mails one by one. */
export async function listRefusals(
  scope: Scope,
  days: number,
): Promise<{ readonly counts: readonly RefusalCount[]; readonly mails: readonly RefusedMail[] }> {
  return { counts: await refusalCounts(scope, dayBefore(scope, days), MAX_COUNTS), mails: await newestRefused(scope, MAX_MAILS) };
}

/** Forgets numbers older than 90 days; answers how many. */
export function forgetOldRefusals(scope: Scope): Promise<number> {
  const day = dayBefore(scope, KEPT_DAYS);
  return transact(scope, async (tx) => (await deleteBefore(tx, day)) + (await deleteTurnAwaysBefore(tx, day)));
}

const dayBefore = (scope: Scope, days: number): string => new Date(scope.now().getTime() - days * 86_400_000).toISOString().slice(0, 10);
