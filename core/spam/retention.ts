import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';
import { countDoomed, type Doomed, listDoomed } from './purge-store.ts';

const KEY = 'spam.days';
const DAY_MS = 86_400_000;
export const USUAL_DAYS = 90;
export const MAX_DAYS = 3_650;
const AHEAD_DAYS = 7;
const SHOWN = 20;
/** Counting further says nothing more. */
const COUNTED = 10_000;

/** For how many days after its receipt spam is kept; 0 = for ever. */
export async function spamDays(scope: Scope): Promise<number> {
  const stored = Number((await readSetting(scope, KEY)) ?? USUAL_DAYS);
  return Number.isSafeInteger(stored) && stored >= 0 && stored <= MAX_DAYS ? stored : USUAL_DAYS;
}

/** Raises invalid for what is no whole number from 0 to MAX_DAYS. */
export async function changeSpamDays(scope: Scope | WriteScope, days: number): Promise<void> {
  if (!Number.isSafeInteger(days) || days < 0 || days > MAX_DAYS) throw new InvalidError({ days: 'spam.purge.wrong' });
  await transact(scope, (tx) => writeSetting(tx, KEY, String(days)));
}

/** What was received before this moment is deleted; null = nothing is. */
export const purgeBefore = (now: Date, days: number): Date | null => (days === 0 ? null : new Date(now.getTime() - days * DAY_MS));

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
  const first = (await listDoomed(scope, before, SHOWN)).map((one) => ({
    ...one,
    goesAt: new Date(Math.max(one.receivedAt.getTime() + days * DAY_MS, scope.now().getTime())),
  }));
  return { days, count, isMore: count === COUNTED, first };
}
