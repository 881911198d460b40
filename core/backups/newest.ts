import type { Machine } from './machine.ts';
import type { Snapshot } from './restic.ts';
import { type Keep, PERIODS, type Period } from './schedule.ts';

/** Clocks of two machines differ by less; by more, one of them was wrong. */
const CLOCKS_DIFFER_MS = 3_600_000;

/** The newest that was restored on trial. One that seems to be made in the future only where there is no other. `all`: the oldest first. */
export function newestOf(all: readonly Snapshot[], now: Date): Snapshot | undefined {
  const good = all.filter(({ isVerified }) => isVerified);
  const some = good.length > 0 ? good : all;
  return some.findLast(({ at }) => at.getTime() - now.getTime() < CLOCKS_DIFFER_MS) ?? some.at(-1);
}

const PERIOD_OF: Readonly<Record<Period, (day: Temporal.PlainDate) => string>> = {
  daily: (day) => day.toString(),
  weekly: (day) => `${day.yearOfWeek}-${day.weekOfYear}`,
  monthly: (day) => day.toPlainYearMonth().toString(),
};

/**
 * Of those restored on trial (the oldest first) the ones that stay: the last of each of the newest so many days, weeks and months in this time
 * zone. What seems to be made later than `made`, which was just made, is of a clock that was ahead: it stays, and takes the place of none.
 */
export function keptOf(good: readonly Snapshot[], keep: Keep, made: Snapshot, zone: string): readonly Snapshot[] {
  const counted = good.filter(({ at }) => at <= made.at);
  const last = (period: Period): readonly Snapshot[] => {
    const dayOf = ({ at }: Snapshot) => Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone).toPlainDate();
    const newest = new Map(counted.map((one) => [PERIOD_OF[period](dayOf(one)), one]));
    return [...newest.values()].toReversed().slice(0, keep[period]);
  };
  const kept = new Set(PERIODS.flatMap(last));
  return good.filter((one) => kept.has(one) || one.at > made.at);
}

/** The last one of this machine before `made`. */
const beforeIt = (all: readonly Snapshot[], made: Snapshot): Snapshot | undefined =>
  all.findLast((one) => one.machine === made.machine && one !== made && one.at <= made.at);

/**
 * What another machine, which is at work too, made here since this one began to. What was here before is the past of this one, whoever made it: a
 * restored machine goes on with it, but not before its second backup, for the old one may be at work.
 */
export function othersOf(all: readonly Snapshot[], { id, since }: Machine, made: Snapshot): readonly Snapshot[] {
  const others = all.filter(({ machine, at }) => machine !== null && machine !== id && at <= made.at);
  return beforeIt(all, made) ? others.filter(({ at }) => at > since) : others;
}

/** The newest of these that came since the last one of this machine; null when there is none. */
export function latestOther(others: readonly Snapshot[], all: readonly Snapshot[], { since }: Machine, made: Snapshot): Snapshot | null {
  const after = beforeIt(all, made)?.at ?? since;
  return others.findLast(({ at }) => at > after) ?? null;
}
