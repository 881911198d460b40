import { ofTheDead } from '../db/claimants.ts';
import { skipLocked } from '../db/dialect.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';

export interface NewJob {
  /** Name of the handler, snake_case with a noun first: `mail_password_reset`. */
  readonly kind: string;
  /** Ids only, so that a job never acts on old facts. */
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
  /** Not before; default now. */
  readonly runAt?: Date;
}

export interface Job {
  readonly id: number;
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** How often it was begun, this time included. */
  readonly attempts: number;
}

interface Row {
  id: number;
  kind: string;
  data: string;
  attempts: number;
}

const fromRow = (row: Row): Job => ({ id: row.id, kind: row.kind, data: JSON.parse(row.data) as Job['data'], attempts: row.attempts + 1 });

export async function enqueue({ db, now }: WriteScope, jobs: readonly NewJob[]): Promise<void> {
  const created_at = now().toISOString();
  const rows = jobs.map((job) => ({
    kind: job.kind,
    data: JSON.stringify(job.data),
    run_at: job.runAt?.toISOString() ?? created_at,
    created_at,
  }));
  await db('jobs').insert(rows);
}

/** Takes up to `limit` due jobs and holds them for `leaseMs`; a job whose lease ran out (a crash) is due again. */
export async function claimJobs(scope: Scope, limit: number, leaseMs: number): Promise<readonly Job[]> {
  return transact(scope, async ({ db, now, claimant = null }) => {
    const at = now().toISOString();
    const due = db<Row>('jobs')
      .whereNull('failed_at')
      .where('run_at', '<=', at)
      .where((q) => q.whereNull('lease_until').orWhere('lease_until', '<', at))
      .orderBy(['run_at', 'id'])
      .limit(limit)
      .select('id', 'kind', 'data', 'attempts');
    const rows: readonly Row[] = await skipLocked(db, due);
    if (rows.length === 0) return [];
    const lease_until = new Date(now().getTime() + leaseMs).toISOString();
    const ids = rows.map((row) => row.id);
    await db('jobs').whereIn('id', ids).update({ lease_until, claimed_by: claimant }).increment('attempts', 1);
    return rows.map(fromRow);
  });
}

/** Holds claimed jobs for `leaseMs` from now; answers those that are still ours: not what another process has begun since its lease ran out. */
export async function holdJobs(scope: Scope, jobs: readonly Job[], leaseMs: number): Promise<readonly Job[]> {
  return transact(scope, async ({ db, now }) => {
    const lease_until = new Date(now().getTime() + leaseMs).toISOString();
    const held: Job[] = [];
    for (const job of jobs)
      if ((await db('jobs').where({ id: job.id, attempts: job.attempts }).update({ lease_until })) === 1) held.push(job);
    return held;
  });
}

/** Whether just this job waits for its first time or is being done; one that failed is put off to another moment. */
export async function isStanding({ db }: Scope, { kind, data, runAt }: Required<NewJob>): Promise<boolean> {
  const asked = { kind, data: JSON.stringify(data), run_at: runAt.toISOString() };
  return (await db('jobs').whereNull('failed_at').where(asked).first('id')) !== undefined;
}

/** Makes due again what processes that are dead now had begun; nothing with SQLite, where only leases tell. */
export async function releaseJobsOfTheDead({ db, claimant = null }: Scope): Promise<number> {
  if (claimant === null) return 0;
  return ofTheDead(db, db('jobs').whereNotNull('claimed_by')).update({ lease_until: null, claimed_by: null });
}

export interface JobCounts {
  readonly waiting: number;
  readonly failed: number;
  /** Of the oldest one that is due; 0 = none is. */
  readonly oldestSeconds: number;
}

/** How much is put off. Jobs are deleted when they are done, so both are few. */
export async function countJobs({ db, now }: Scope): Promise<JobCounts> {
  const [counted = { all: 0, failed: 0 }] = await db('jobs').count<{ all: number; failed: number }[]>({ all: '*', failed: 'failed_at' });
  const oldest: { run_at: string } | undefined = await db('jobs')
    .whereNull('failed_at')
    .where('run_at', '<=', now().toISOString())
    .orderBy('run_at')
    .first('run_at');
  const failed = Number(counted.failed);
  return {
    waiting: Number(counted.all) - failed,
    failed,
    oldestSeconds: oldest ? (now().getTime() - Date.parse(oldest.run_at)) / 1000 : 0,
  };
}

export async function finishJob({ db }: WriteScope, id: number): Promise<void> {
  await db('jobs').where({ id }).delete();
}

/** `retryAt` null: it failed for good and stays for a person to see. */
export async function deferJob({ db, now }: WriteScope, id: number, error: string, retryAt: Date | null): Promise<void> {
  const when = retryAt ? { run_at: retryAt.toISOString() } : { failed_at: now().toISOString() };
  await db('jobs')
    .where({ id })
    .update({ last_error: error.slice(0, 2000), lease_until: null, claimed_by: null, ...when });
}
