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
 * Of those restored on trial (the oldest first) the ones that stay: the last of each of the newest so many days, weeks and months of this
 * machine. What seems to be made later than `made`, which was just made, is of a clock that was ahead: it stays, and takes the place of none.
 */
export function keptOf(good: readonly Snapshot[], keep: Keep, made: Snapshot): readonly Snapshot[] {
  const zone = Temporal.Now.timeZoneId();
  const counted = good.filter(({ at }) => at <= made.at);
  const last = (period: Period): readonly Snapshot[] => {
    const dayOf = ({ at }: Snapshot) => Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone).toPlainDate();
    const newest = new Map(counted.map((one) => [PERIOD_OF[period](dayOf(one)), one]));
    return [...newest.values()].toReversed().slice(0, keep[period]);
  };
  const kept = new Set(PERIODS.flatMap(last));
  return good.filter((one) => kept.has(one) || one.at > made.at);
}
