import { errorFacts, type Log } from '../lib/log.ts';
import { within } from '../lib/within.ts';

export interface Shutdown {
  /** Registers what to undo; run in reverse order, each with `limitMs` of time. */
  add(name: string, stop: () => unknown, limitMs?: number): void;
  run(): Promise<void>;
}

/** Docker sends SIGKILL ten seconds after SIGTERM. */
const TOTAL_MS = 8_000;
/** What comes late closes databases and files: it always has this long. */
const AT_LEAST_MS = 500;

/**
 * Stops what was started, last first, also when the start itself failed half way. A part that hangs or fails does not keep the rest from
 * stopping, and all together take about `totalMs`.
 */
export function createShutdown(log: Log, totalMs = TOTAL_MS): Shutdown {
  const parts: { name: string; stop: () => unknown; limitMs: number }[] = [];
  return {
    add: (name, stop, limitMs = 10_000) => void parts.push({ name, stop, limitMs }),
    run: async () => {
      const endsAt = performance.now() + totalMs;
      for (let part = parts.pop(); part; part = parts.pop()) {
        const { name, stop } = part;
        const limitMs = Math.round(Math.max(Math.min(AT_LEAST_MS, part.limitMs), Math.min(part.limitMs, endsAt - performance.now())));
        await within(limitMs, Promise.resolve().then(stop), () => {
          throw new Error(`it did not stop within ${limitMs} ms`);
        }).catch((error: unknown) => log.error('stop_failed', { part: name, ...errorFacts(error) }));
      }
    },
  };
}
