import { type Scope, transact } from '../db/scope.ts';
import { dayOf } from '../lib/day.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import type { TurnAwayReason } from '../plugins/contract.ts';
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

export function countTurnAways(scope: Scope, log: Log): TurnAways {
  let counted = new Map<TurnAwayReason, number>();
  const total = new Map<TurnAwayReason, number>();
  let day = dayOf(scope.now());
  const flush = async (): Promise<void> => {
    const [numbers, theirDay] = [counted, day];
    counted = new Map();
    if (numbers.size === 0) return;
    // Numbers for a page: not worth keeping for another try.
    await transact(scope, (tx) => addTurnAways(tx, theirDay, numbers)).catch((error: unknown) =>
      log.warn('turn_aways_lost', errorFacts(error)),
    );
  };
  return {
    count: (reason) => {
      const today = dayOf(scope.now());
      if (today !== day) void flush();
      day = today;
      counted.set(reason, (counted.get(reason) ?? 0) + 1);
      total.set(reason, (total.get(reason) ?? 0) + 1);
    },
    total: () => Object.fromEntries(total),
    flush,
  };
}

const DAY_MS = 86_400_000;

/** How many callers were sent away today, in the last 7 and in the last 30 days, most first; empty when there was none. */
export async function readTurnAways(scope: Scope): Promise<readonly TurnAwaySums[]> {
  const dayBefore = (days: number): string => dayOf(new Date(scope.now().getTime() - days * DAY_MS));
  const [today, week] = [dayBefore(0), dayBefore(6)];
  const sums = new Map<TurnAwayReason, TurnAwaySums>();
  for (const { day, reason, n } of await turnAwaysSince(scope, dayBefore(29))) {
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
