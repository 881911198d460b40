import { type Scope, transact } from '../db/scope.ts';
import { dayAfter } from '../lib/day.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import type { TurnAwayReason } from '../plugins/contract.ts';
import { companyDay } from '../settings/company-day.ts';
import { addTurnAways, turnAwaysSince } from './turn-away-store.ts';
import type { TurnAwaySums } from './types.ts';

/** Counts who was sent away at the door, in memory: a flood of callers writes no more than one alone. */
export interface TurnAways {
  count(reason: TurnAwayReason): void;
  /** By why, since the start of the process. */
  total(): Readonly<Record<string, number>>;
  /** Writes down what was counted since the last time. */
  flush(): Promise<void>;
}

/** No time zone has a midnight within one. */
const QUARTER_MS = 15 * 60_000;

export function countTurnAways(scope: Scope, log: Log): TurnAways {
  let counted = new Map<number, Map<TurnAwayReason, number>>();
  const total = new Map<TurnAwayReason, number>();
  const write = async (quarters: typeof counted): Promise<void> => {
    const dayOf = await companyDay(scope);
    await transact(scope, async (tx) => {
      for (const [quarter, numbers] of quarters) await addTurnAways(tx, dayOf(new Date(quarter * QUARTER_MS)), numbers);
    });
  };
  return {
    count: (reason) => {
      const quarter = Math.floor(scope.now().getTime() / QUARTER_MS);
      const numbers = counted.get(quarter) ?? new Map<TurnAwayReason, number>();
      counted.set(quarter, numbers.set(reason, (numbers.get(reason) ?? 0) + 1));
      total.set(reason, (total.get(reason) ?? 0) + 1);
    },
    total: () => Object.fromEntries(total),
    flush: async () => {
      const quarters = counted;
      counted = new Map();
      if (quarters.size === 0) return;
      // Numbers for a page: not worth keeping for another try.
      await write(quarters).catch((error: unknown) => log.warn('turn_aways_lost', errorFacts(error)));
    },
  };
}

/** How many callers were sent away today, in the last 7 and in the last 30 days, most first; empty when there was none. */
export async function readTurnAways(scope: Scope): Promise<readonly TurnAwaySums[]> {
  const today = (await companyDay(scope))(scope.now());
  const week = dayAfter(today, -6);
  const sums = new Map<TurnAwayReason, TurnAwaySums>();
  for (const { day, reason, n } of await turnAwaysSince(scope, dayAfter(today, -29))) {
    const before = sums.get(reason) ?? { reason, today: 0, week: 0, month: 0 };
    sums.set(reason, {
      reason,
      today: before.today + (day === today ? n : 0),
      week: before.week + (day >= week ? n : 0),
      month: before.month + n,
    });
  }
  return [...sums.values()].sort((a, b) => b.month - a.month);
}
