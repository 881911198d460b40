import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { errorFacts, type Log } from '../lib/log.ts';
import type { Bucket } from './bucket.ts';

/** How it is with the bucket, as far as this process knows. */
export interface BucketState {
  readonly place: string;
  /** Files that this process has stored and the bucket does not have yet. */
  readonly waiting: number;
  readonly failingSince: Date | null;
  /** What it said last, while it fails. */
  readonly problem: string | null;
}

export interface Uploads {
  /** Takes a stored file over; never waits and never raises. */
  add(sha256: string): void;
  state(): BucketState;
  /** Asks whether the bucket can be used, where nothing was asked of it lately. */
  look(): Promise<void>;
  /** When nothing waits any more. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

const AT_ONCE = 4;
/** What is beyond is found by the comparison of the night. */
const MAX_WAITING = 100_000;
const RETRY_MS = [1_000, 5_000, 15_000, 60_000];

/** Copies stored files to the bucket, beside everything else: one that does not answer holds up nothing, and is asked again. */
export function startUploads(
  bucket: Bucket,
  pathOf: (sha256: string) => string,
  log: Log,
  retryMs: readonly number[] = RETRY_MS,
  now: () => Date = () => new Date(),
): Uploads {
  const stopping = new AbortController();
  const waiting = new Set<string>();
  const inHand = new Set<string>();
  let running: Promise<unknown> | null = null;
  let failures = 0;
  let failing: { readonly since: Date; readonly problem: string } | null = null;

  const well = (): void => {
    if (failing) log.info('bucket_works_again', { place: bucket.place, waiting: waiting.size });
    failures = 0;
    failing = null;
  };
  const unwell = (error: unknown): void => {
    const problem = errorFacts(error).error;
    if (!failing) log.error('bucket_fails', { place: bucket.place, problem, waiting: waiting.size });
    failing = { since: failing?.since ?? now(), problem };
  };
  const upload = async (sha256: string): Promise<void> => {
    const path = pathOf(sha256);
    // Discarded meanwhile.
    if (existsSync(path)) await bucket.put(sha256, path);
    waiting.delete(sha256);
    well();
  };
  const next = (): string | undefined => waiting.values().find((sha256) => !inHand.has(sha256));
  const work = async (): Promise<void> => {
    for (let sha256 = next(); sha256 !== undefined && !stopping.signal.aborted; sha256 = next()) {
      inHand.add(sha256);
      try {
        await upload(sha256);
      } catch (error) {
        unwell(error);
        const delay = retryMs[Math.min(failures, retryMs.length - 1)] ?? 60_000;
        failures += 1;
        await wait(delay, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
      } finally {
        inHand.delete(sha256);
      }
    }
  };
  const begin = (): void => {
    running ??= Promise.all(Array.from({ length: AT_ONCE }, work)).finally(() => {
      running = null;
      if (waiting.size > 0 && !stopping.signal.aborted) begin();
    });
  };
  return {
    add: (sha256) => {
      if (waiting.size >= MAX_WAITING || stopping.signal.aborted) return;
      waiting.add(sha256);
      begin();
    },
    state: () => ({
      place: bucket.place,
      waiting: waiting.size,
      failingSince: failing?.since ?? null,
      problem: failing?.problem ?? null,
    }),
    look: async () => {
      if (waiting.size === 0) await bucket.check().then(well, unwell);
    },
    idle: async () => {
      while (running) await running;
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
