import type { Snapshot } from './restic.ts';

/** Clocks of two machines differ by less; by more, one of them was wrong. */
const CLOCKS_DIFFER_MS = 3_600_000;

/** Whether it seems to be made in the future: by a clock that was ahead. */
export const isAhead = ({ at }: Snapshot, now: Date): boolean => at.getTime() - now.getTime() >= CLOCKS_DIFFER_MS;

/** The newest that was restored on trial. One that seems to be made in the future, by a clock that was ahead, only where there is no other. */
export function newestOf(all: readonly Snapshot[], now: Date): Snapshot | undefined {
  const good = all.filter(({ isVerified }) => isVerified);
  const some = good.length > 0 ? good : all;
  return some.findLast((one) => !isAhead(one, now)) ?? some.at(-1);
}
