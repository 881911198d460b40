import type { VirusVerdict } from '../ingest/verdict.ts';

/** Things that wait to be scanned, in an order of their own. */
export interface Queue<T> {
  /** Those after this one; null = from the first. */
  after(last: T | null, limit: number): Promise<readonly T[]>;
  /** Null when there is nobody to ask. */
  scan(one: T): Promise<VirusVerdict | null>;
  settle(one: T, virus: VirusVerdict): Promise<void>;
}

const BATCH = 10;
/** One run ends after this many, so that a long outage is caught up in portions between other work. */
const MAX_A_RUN = 500;

/** Scans what waits while `goesOn`. One that cannot be scanned is passed over; nothing scanned of a whole batch ends the run. Answers how many were scanned. */
export async function scanInPortions<T>(queue: Queue<T>, goesOn: () => boolean): Promise<number> {
  let done = 0;
  for (let last: T | null = null; done < MAX_A_RUN && goesOn(); ) {
    const batch: readonly T[] = await queue.after(last, BATCH);
    const found = await Promise.all(batch.map((one) => queue.scan(one)));
    const before = done;
    for (const [index, one] of batch.entries()) {
      const virus = found[index];
      if (!virus || virus.state === 'unscanned') continue;
      await queue.settle(one, virus);
      done += 1;
    }
    last = batch.at(-1) ?? null;
    if (last === null || done === before) break;
  }
  return done;
}
