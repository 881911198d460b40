import { setTimeout as wait } from 'node:timers/promises';
import { type Scope, transact } from '../db/scope.ts';
import { patiently } from '../db/waited-for.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import { workingOn } from '../lib/log-context.ts';
import { claimJobs, deferJob, finishJob, holdJobs, type Job, releaseJobsOfTheDead } from './store.ts';

const BATCH = 10;
const LEASE_MS = 10 * 60_000;
/** Behind slow ones the rest of a batch is held anew, before its lease runs out in the middle of one. */
const HOLD_AFTER_MS = LEASE_MS / 4;
const POLL_MS = 5_000;
/** Every commit of a busy moment wakes: they are looked after together, each look is a transaction. */
const PACE_MS = 100;
const MAX_ATTEMPTS = 12;

/** Does one job. It may run more than once for the same job, so doing it twice must do no harm. */
export type JobHandler = (scope: Scope, job: Job, signal: AbortSignal) => Promise<void>;

export interface JobWorker {
  wake(): void;
  stop(): Promise<void>;
}

/** When to try again after attempt number `attempts` failed: 30 s doubling up to 4 h. Null = tried often enough. */
export function nextJobAttempt(attempts: number, now: Date): Date | null {
  if (attempts >= MAX_ATTEMPTS) return null;
  return new Date(now.getTime() + Math.min(30_000 * 2 ** (attempts - 1), 4 * 3_600_000));
}

/** Runs due jobs one after another until stopped; a failing job is tried again later and never blocks the others. */
export function startJobWorker(options: { scope: Scope; handlers: Readonly<Record<string, JobHandler>>; log: Log }): JobWorker {
  const { scope, handlers, log } = options;
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  let again = false;
  // Whether to look for what the dead left: with every poll.
  let isTime = true;

  const run = async (job: Job): Promise<void> => {
    try {
      const handler = handlers[job.kind];
      if (!handler) throw new Error(`nobody handles jobs of kind ${job.kind}`);
      await handler(scope, job, stopping.signal);
      await transact(scope, (tx) => finishJob(tx, job.id));
    } catch (error) {
      log.error('job_failed', { job: job.id, kind: job.kind, attempts: job.attempts, ...errorFacts(error) });
      await transact(scope, (tx) => deferJob(tx, job.id, errorFacts(error).error, nextJobAttempt(job.attempts, scope.now())));
    }
  };

  const runAll = async (jobs: readonly Job[]): Promise<void> => {
    let heldAt = scope.now().getTime();
    let left = jobs;
    while (left.length > 0) {
      const [job, ...others] = left;
      if (job) await workingOn({ job: job.id }, () => run(job));
      left = others;
      if (left.length === 0 || scope.now().getTime() - heldAt < HOLD_AFTER_MS) continue;
      heldAt = scope.now().getTime();
      left = await patiently(scope, () => holdJobs(scope, others, LEASE_MS));
    }
  };

  const drain = async (): Promise<void> => {
    do {
      again = false;
      if (isTime) await releaseJobsOfTheDead(scope);
      isTime = false;
      const jobs = await patiently(scope, () => claimJobs(scope, BATCH, LEASE_MS));
      await runAll(jobs);
      if (jobs.length === BATCH) again = true;
      else if (again && jobs.length === 0) await wait(PACE_MS, undefined, { signal: stopping.signal }).catch(() => {});
    } while (again && !stopping.signal.aborted);
  };

  const wake = (): void => {
    again = true;
    if (running || stopping.signal.aborted) return;
    running = drain()
      .catch((error: unknown) => log.error('jobs_failed', errorFacts(error)))
      .finally(() => {
        running = null;
      });
  };

  const timer = setInterval(() => {
    isTime = true;
    wake();
  }, POLL_MS);
  timer.unref();
  wake();
  return {
    wake,
    stop: async () => {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}
