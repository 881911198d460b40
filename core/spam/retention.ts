import type { Scope } from '../db/scope.ts';
import { goesAt, keepDays, purgeBefore } from '../purges/keep-days.ts';
import type { Doomed } from '../purges/types.ts';
import { countDoomed, listDoomed } from './purge-store.ts';

const DAY_MS = 86_400_000;
const AHEAD_DAYS = 7;
const SHOWN = 20;
/** Counting further says nothing more. */
const COUNTED = 10_000;

/** For how many days after its receipt spam is kept; 0 = for ever. */
export const { read: spamDays, change: changeSpamDays } = keepDays('spam.days', 90);

export interface Preview {
  readonly days: number;
  /** What goes within a week, counted to 10,000. */
  readonly count: number;
  readonly isMore: boolean;
  readonly first: readonly (Doomed & { readonly goesAt: Date })[];
}

/** What the purge will delete in the next seven days if nobody does anything. */
export async function previewPurge(scope: Scope): Promise<Preview> {
  const days = await spamDays(scope);
  const before = purgeBefore(new Date(scope.now().getTime() + AHEAD_DAYS * DAY_MS), days);
  if (!before) return { days, count: 0, isMore: false, first: [] };
  const count = await countDoomed(scope, before, COUNTED);
  const now = scope.now();
  const first = (await listDoomed(scope, before, SHOWN)).map((one) => {
    const at = goesAt(one.countedFrom, days);
    return { ...one, goesAt: at && at > now ? at : now };
  });
  return { days, count, isMore: count === COUNTED, first };
}
