import { type BucketSettings, openBucket } from '../../blobs/bucket.ts';
import type { BucketState } from '../../blobs/uploads.ts';
import { broken, type Finding, reasonOf, text, well, worthKnowing } from './finding.ts';

/** Whether the bucket of stored files answers now, and what waits for it. Writes nothing. */
export async function bucketFindings(settings: BucketSettings | null, state: BucketState | null): Promise<readonly Finding[]> {
  if (settings === null) return [];
  const what = text('health.bucket.what');
  const bucket = openBucket(settings);
  try {
    await bucket.check();
  } catch (error) {
    const seen = text('health.withDetail', { problem: bucket.place, detail: reasonOf(error) });
    return [broken(what, seen, text('health.bucket.advice', { n: state?.waiting ?? 0 }))];
  }
  const waiting = state?.waiting ?? 0;
  if (waiting > 0) return [worthKnowing(what, text('health.bucket.waiting', { place: bucket.place, n: waiting }))];
  return [well(what, text('health.target.ok', { place: bucket.place }))];
}
