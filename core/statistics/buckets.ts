/** Times are counted by their size: each bucket ends a tenth later than the one before, the first one after a minute. */
const FIRST_SECONDS = 60;
const STEP = 1.1;

/** The bucket that so many seconds belong to; 0 = up to a minute. */
export const bucketOf = (seconds: number): number =>
  seconds <= FIRST_SECONDS ? 0 : Math.ceil(Math.log(seconds / FIRST_SECONDS) / Math.log(STEP) - 1e-9);

const endOf = (bucket: number): number => FIRST_SECONDS * STEP ** bucket;

/** How many fell into each bucket. */
export type Histogram = ReadonlyMap<number, number>;

/**
 * The time in seconds that this share (0 to 1) of all did not exceed, wrong by a twentieth at most: within a bucket they are taken
 * to be spread evenly. Null = there were none.
 */
export function quantile(histogram: Histogram, share: number): number | null {
  const buckets = [...histogram].filter(([, n]) => n > 0).sort(([a], [b]) => a - b);
  const all = buckets.reduce((sum, [, n]) => sum + n, 0);
  let wanted = all * share;
  for (const [bucket, n] of buckets) {
    const from = bucket === 0 ? 0 : endOf(bucket - 1);
    if (wanted <= n) return from + (endOf(bucket) - from) * (wanted / n);
    wanted -= n;
  }
  return null;
}
