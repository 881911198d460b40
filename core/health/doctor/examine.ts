import { within } from '../../lib/within.ts';
import { adviceOf, broken, type Finding, reasonOf, text } from './finding.ts';

/** Looks at one part; answers a line for each thing in it. Throwing means broken. */
export interface DoctorCheck {
  /** Key of what it looks at, for when it does not answer. */
  readonly what: string;
  readonly limitMs?: number;
  readonly run: (signal: AbortSignal) => Promise<readonly Finding[]> | readonly Finding[];
}

const LIMIT_MS = 10_000;
/** Who opens the page again within this time sees the same lines. */
const FRESH_MS = 60_000;

/** One check within its time; never rejects. */
export async function examine({ what, limitMs = LIMIT_MS, run }: DoctorCheck): Promise<readonly Finding[]> {
  const limit = new AbortController();
  try {
    return await within(limitMs, Promise.resolve(limit.signal).then(run), () => {
      limit.abort();
      return [broken(text(what), text('health.late', { seconds: Math.round(limitMs / 1000) }), text('health.lateAdvice'))];
    });
  } catch (error) {
    return [broken(text(what), reasonOf(error), adviceOf(error))];
  }
}

export interface Examined {
  readonly findings: readonly Finding[];
  /** Null while the first one is under way. */
  readonly at: Date | null;
  readonly isRunning: boolean;
}

export interface Doctor {
  /** What is known; begins to look when that is older than a minute. */
  look(): Examined;
  /** Begins to look now, unless that is under way. */
  again(): Examined;
  /** The lines of a run that has ended: the one under way or a fresh one. */
  wait(): Promise<Examined>;
}

/** All checks beside each other, at most one run at a time. `onEnd` when there are new lines. */
export function createDoctor(checks: () => readonly DoctorCheck[], now: () => Date, onEnd: () => void): Doctor {
  let known: Examined = { findings: [], at: null, isRunning: false };
  let running: Promise<void> | null = null;
  const run = async (): Promise<void> => {
    const findings = (await Promise.all(checks().map(examine))).flat();
    known = { findings, at: now(), isRunning: false };
    running = null;
    onEnd();
  };
  const isFresh = (): boolean => known.at !== null && now().getTime() - known.at.getTime() < FRESH_MS;
  const again = (): Examined => {
    running ??= run();
    return { ...known, isRunning: true };
  };
  return {
    look: () => (running === null && isFresh() ? known : again()),
    again,
    wait: async () => {
      if (running !== null || !isFresh()) {
        again();
        await running;
      }
      return known;
    },
  };
}
