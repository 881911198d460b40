import { setTimeout as wait } from 'node:timers/promises';

/** Mail that comes faster than it is received. Its senders wait for their 250, the conversations can wait a moment. */
export interface Burst {
  /** Some mail that somebody waits for was kept. */
  arrived(): void;
  /** Resolves at once unless mail is pouring in, or when the signal says so. */
  passed(signal: AbortSignal): Promise<void>;
  /** Nothing waits to be received any more. */
  settled(): void;
}

export interface BurstOptions {
  /** How much is being kept at this moment. */
  readonly keeping: () => number;
  readonly now?: () => number;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Mail pours in while so many are being kept, or while so many came within one look: a sender with one connection waits for each of his own. */
const MANY_KEPT = 8;
const MANY_ARRIVED = 4;
const LOOK_MS = 80;
const LONGEST_MS = 3000;
/** Who lets mail in works so many times as long before he does it again, or until nothing waits: mail that never ends is received, too. */
const WORK_FACTOR = 2;

export function watchBurst({ keeping, now = () => performance.now(), pause = paused }: BurstOptions): Burst {
  const arrivals: number[] = [];
  let worksUntil = Number.NEGATIVE_INFINITY;
  const isPouring = (): boolean => {
    const [first = 0] = arrivals;
    return keeping() >= MANY_KEPT || (arrivals.length === MANY_ARRIVED && now() - first < LOOK_MS);
  };
  return {
    arrived: () => {
      arrivals.push(now());
      if (arrivals.length > MANY_ARRIVED) arrivals.shift();
    },
    passed: async (signal) => {
      const began = now();
      if (began < worksUntil) return;
      while (isPouring() && now() - began < LONGEST_MS && !signal.aborted) await pause(LOOK_MS, signal);
      const end = now();
      worksUntil = end + WORK_FACTOR * (end - began);
    },
    settled: () => {
      worksUntil = Number.NEGATIVE_INFINITY;
    },
  };
}

const paused = (ms: number, signal: AbortSignal): Promise<void> => wait(ms, undefined, { signal }).catch(() => {});
