import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { transact } from '../../core/db/scope.ts';
import { rememberLines } from '../../core/health/recent-log.ts';
import { countJobs, enqueue } from '../../core/jobs/store.ts';
import { startJobWorker } from '../../core/jobs/worker.ts';
import { silentLog } from '../../core/lib/log.ts';
import { workingOn, workNow } from '../../core/lib/log-context.ts';
import { scopeFor } from '../support/db.ts';
import { httpClient } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { web } from '../support/web.ts';

test('what a request or a job causes carries its number in the log, also later and beside others', async (t) => {
  const { log, lines } = rememberLines(silentLog);
  const later = async (name: string): Promise<void> => {
    await wait(1);
    log.info(name);
  };
  await Promise.all([workingOn({ request: 'aaa' }, () => later('one')), workingOn({ job: 7 }, () => later('two')), later('three')]);
  t.like(
    lines().find(({ event }) => event === 'one'),
    { request: 'aaa' },
  );
  t.like(
    lines().find(({ event }) => event === 'two'),
    { job: 7 },
  );
  t.deepEqual(Object.keys(lines().find(({ event }) => event === 'three') ?? {}).sort(), ['event', 'level', 'time']);
  t.deepEqual(workNow(), {});
});

test('an answer says the number of its request, under which the log has the fault', async (t) => {
  const { log, lines } = rememberLines(silentLog);
  const broken = (): never => {
    throw new Error('a fault');
  };
  const { base } = await web(t, [{ method: 'GET', path: '/broken', may: 'public', handle: broken }], { log });
  const answer = await httpClient(base).get('/broken');
  const request = answer.headers.get('x-request-id') ?? '';
  t.regex(request, /^\w{10}$/);
  t.true(answer.text.includes(request));
  t.like(lines().at(-1), { event: 'request_failed', request });
});

test('jobs are counted, waiting and failed, with the age of the oldest that is due', async (t) => {
  const scope = await scopeFor(t);
  t.deepEqual(await countJobs(scope), { waiting: 0, failed: 0, oldestSeconds: 0 });
  const runAt = new Date(scope.now().getTime() - 60_000);
  await transact(scope, (tx) =>
    enqueue(tx, [
      { kind: 'x', data: {}, runAt },
      { kind: 'x', data: {}, runAt: new Date(Date.now() + 3_600_000) },
    ]),
  );
  await scope
    .db('jobs')
    .insert({ kind: 'y', data: '{}', run_at: runAt.toISOString(), created_at: runAt.toISOString(), failed_at: runAt.toISOString() });
  t.like(await countJobs(scope), { waiting: 2, failed: 1 });
  t.true((await countJobs(scope)).oldestSeconds >= 60);
  const seen: object[] = [];
  const worker = startJobWorker({ scope, handlers: { x: async () => void seen.push(workNow()) }, log: silentLog });
  t.teardown(() => worker.stop());
  await until('the job ran', () => seen.length > 0);
  t.like(seen[0], { job: 1 });
});
