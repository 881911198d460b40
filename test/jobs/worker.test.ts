import test from 'ava';
import { transact } from '../../core/db/scope.ts';
import { claimJobs, enqueue, type Job } from '../../core/jobs/store.ts';
import { nextJobAttempt, startJobWorker } from '../../core/jobs/worker.ts';
import { silentLog } from '../../core/lib/log.ts';
import { scopeFor } from '../support/db.ts';
import { until } from '../support/until.ts';

test('a due job runs once and is gone; one of the future waits', async (t) => {
  const scope = await scopeFor(t);
  await transact(scope, (tx) =>
    enqueue(tx, [
      { kind: 'greet', data: { agent: 1 } },
      { kind: 'greet', data: { agent: 2 }, runAt: new Date(Date.now() + 3_600_000) },
    ]),
  );
  const done: Job[] = [];
  const worker = startJobWorker({ scope, handlers: { greet: async (_, job) => void done.push(job) }, log: silentLog });
  await until('the due one ran', async () => done.length === 1 && (await scope.db('jobs')).length === 1);
  await worker.stop();
  t.like(done[0], { kind: 'greet', data: { agent: 1 }, attempts: 1 });
});

test('a failing job keeps its error, waits longer each time and does not block the next', async (t) => {
  const scope = await scopeFor(t);
  await transact(scope, (tx) =>
    enqueue(tx, [
      { kind: 'break', data: {} },
      { kind: 'unknown', data: {} },
      { kind: 'greet', data: {} },
    ]),
  );
  let greeted = 0;
  const handlers = {
    break: async () => {
      throw new Error('the relay said no');
    },
    greet: async () => void greeted++,
  };
  const worker = startJobWorker({ scope, handlers, log: silentLog });
  await until('the third ran', async () => greeted === 1 && (await scope.db('jobs')).length === 2);
  await worker.stop();
  const rows = await scope.db('jobs').orderBy('id').select('last_error', 'attempts', 'run_at', 'lease_until');
  t.is(rows[0].last_error, 'the relay said no');
  t.is(rows[0].attempts, 1);
  t.true(Date.parse(rows[0].run_at) > Date.now() + 20_000);
  t.is(rows[1].last_error, 'nobody handles jobs of kind unknown');
});

test('a job whose worker died is due again when its lease has run out, not before', async (t) => {
  const scope = await scopeFor(t);
  await transact(scope, (tx) => enqueue(tx, [{ kind: 'greet', data: {} }]));
  t.is((await claimJobs(scope, 10, 60_000)).length, 1);
  t.is((await claimJobs(scope, 10, 60_000)).length, 0);
  const later = { ...scope, now: () => new Date(Date.now() + 61_000) };
  t.like((await claimJobs(later, 10, 60_000))[0], { attempts: 2 });
});

test('two workers that claim at the same time never get the same job', async (t) => {
  const scope = await scopeFor(t);
  await transact(scope, (tx) =>
    enqueue(
      tx,
      Array.from({ length: 20 }, (_, agent) => ({ kind: 'greet', data: { agent } })),
    ),
  );
  const claimed = (await Promise.all(Array.from({ length: 6 }, () => claimJobs(scope, 5, 60_000)))).flat();
  t.is(new Set(claimed.map((job) => job.id)).size, claimed.length);
});

test('a job is tried twelve times over about a day, then left for a person', (t) => {
  const now = new Date('2026-01-02T00:00:00Z');
  const waits = Array.from({ length: 12 }, (_, index) => nextJobAttempt(index + 1, now)).map((at) =>
    at ? (at.getTime() - now.getTime()) / 1000 : null,
  );
  t.deepEqual(waits, [30, 60, 120, 240, 480, 960, 1920, 3840, 7680, 14400, 14400, null]);
});
