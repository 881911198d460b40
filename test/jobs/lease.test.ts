import test from 'ava';
import { transact } from '../../core/db/scope.ts';
import { claimJobs, enqueue } from '../../core/jobs/store.ts';
import { startJobWorker } from '../../core/jobs/worker.ts';
import { silentLog } from '../../core/lib/log.ts';
import { scopeFor } from '../support/db.ts';
import { until } from '../support/until.ts';

const MINUTE_MS = 60_000;

test('jobs that wait behind slow ones stay with their process, and what another one took meanwhile is left to it', async (t) => {
  const clock = { at: Date.now() };
  const base = await scopeFor(t);
  const scope = { ...base, now: () => new Date(clock.at) };
  await transact(scope, (tx) =>
    enqueue(
      tx,
      [1, 2, 3, 4].map((n) => ({ kind: 'mail', data: { n } })),
    ),
  );
  const done: unknown[] = [];
  const taken: unknown[] = [];
  const worker = startJobWorker({
    scope,
    log: silentLog,
    handlers: {
      mail: async (_scope, { data }) => {
        // The relay hangs for six minutes each time; then this machine sleeps.
        clock.at += data['n'] === 3 ? 20 * MINUTE_MS : 6 * MINUTE_MS;
        done.push(data['n']);
        for (const job of await claimJobs(scope, 10, 10 * MINUTE_MS)) taken.push(job.data['n']);
      },
    },
  });
  t.teardown(() => worker.stop());
  await until('three are done', () => done.length >= 3, 10_000);
  await worker.stop();
  t.deepEqual(done, [1, 2, 3]);
  t.deepEqual(taken, [3, 4], 'only what outlasted its lease');
});
