import { within } from '../lib/within.ts';
import { text, type Words } from './doctor/finding.ts';

/** One thing that was looked at. `detail` is for the log and programs, `says` the same for a person; free of secrets: /ready is public. */
export interface CheckState {
  readonly name: string;
  readonly state: 'ok' | 'failing' | 'off';
  readonly detail: string | null;
  /** Where something is wrong and we have words of our own for it. */
  readonly says?: Words;
}

export interface Readiness {
  readonly status: 'ready' | 'not_ready';
  readonly checkedAt: string;
  readonly checks: readonly CheckState[];
}

/** Looks at one part and answers a state for each thing in it. Throwing means `failing`. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<readonly CheckState[]> | readonly CheckState[];
}

const LIMIT_MS = 3_000;
const FRESH_MS = 1_000;

/** Runs all checks beside each other, each within three seconds. Callers within a second of each other share one run. */
export function createReadiness(checks: readonly Check[], now: () => Date): () => Promise<Readiness> {
  let last: { readonly at: number; readonly result: Promise<Readiness> } | null = null;
  return () => {
    if (last === null || performance.now() - last.at > FRESH_MS) last = { at: performance.now(), result: runAll(checks, now) };
    return last.result;
  };
}

async function runAll(checks: readonly Check[], now: () => Date): Promise<Readiness> {
  const states = (await Promise.all(checks.map(runOne))).flat();
  const status = states.some(({ state }) => state === 'failing') ? 'not_ready' : 'ready';
  return { status, checkedAt: now().toISOString(), checks: states };
}

async function runOne({ name, run }: Check): Promise<readonly CheckState[]> {
  const seconds = LIMIT_MS / 1000;
  const says = text('health.late', { seconds });
  try {
    return await within(LIMIT_MS, Promise.resolve().then(run), () => [failing(name, `no answer within ${seconds} seconds`, says)]);
  } catch {
    // The driver's words may hold addresses and SQL; the log has them, a public page must not.
    return [failing(name, 'it raised an error; see the log', text('health.part.raised'))];
  }
}

export const ok = (name: string, detail: string | null = null): CheckState => ({ name, state: 'ok', detail });
export const off = (name: string, detail: string): CheckState => ({ name, state: 'off', detail });
export const failing = (name: string, detail: string, says?: Words): CheckState => ({
  name,
  state: 'failing',
  detail,
  ...(says === undefined ? {} : { says }),
});
