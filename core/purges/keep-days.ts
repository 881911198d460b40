import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';

export const MAX_DAYS = 3_650;
const DAY_MS = 86_400_000;

/** For how many days something is kept, as a setting; 0 = for ever. */
export interface KeepDays {
  read(scope: Scope): Promise<number>;
  /** Raises invalid for what is no whole number from 0 to MAX_DAYS. */
  change(scope: Scope | WriteScope, days: number): Promise<void>;
}

export const keepDays = (key: string, usual: number): KeepDays => ({
  read: async (scope) => {
    const stored = Number((await readSetting(scope, key)) ?? usual);
    return Number.isSafeInteger(stored) && stored >= 0 && stored <= MAX_DAYS ? stored : usual;
  },
  change: async (scope, days) => {
    if (!Number.isSafeInteger(days) || days < 0 || days > MAX_DAYS) throw new InvalidError({ days: 'spam.purge.wrong' });
    await transact(scope, (tx) => writeSetting(tx, key, String(days)));
  },
});

/** What is older than this moment goes; null = nothing does. */
export const purgeBefore = (now: Date, days: number): Date | null => (days === 0 ? null : new Date(now.getTime() - days * DAY_MS));

/** When it goes; null = never. */
export const goesAt = (countedFrom: Date, days: number): Date | null =>
  days === 0 ? null : new Date(countedFrom.getTime() + days * DAY_MS);
