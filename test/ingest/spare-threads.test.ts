import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { leaveThread, takeThread } from '../../core/ingest/spare-threads.ts';
import { until } from '../support/until.ts';

const MODULE = pathToFileURL(resolve(import.meta.dirname, '../../core/ingest/interpret-worker.ts'));
const options = (maxOldGenerationSizeMb: number) => ({ resourceLimits: { maxOldGenerationSizeMb } });

test('a thread that was left is taken by the next who wants such a one, with what it has loaded, and by one only', async (t) => {
  const first = takeThread(MODULE, options(101));
  t.is(first.loaded, null);
  await once(first.worker, 'message');
  leaveThread(MODULE, options(101), first.worker, new Set(['email']));
  const [other, again, third] = [takeThread(MODULE, options(102)), takeThread(MODULE, options(101)), takeThread(MODULE, options(101))];
  t.is(again.worker, first.worker);
  t.deepEqual(again.loaded, new Set(['email']));
  t.is(again.worker.listenerCount('message'), 0);
  t.deepEqual([other.loaded, third.loaded], [null, null]);
  for (const { worker } of [other, again, third]) await worker.terminate();
});

test('a thread that nobody takes ends by itself, and one that has ended is given to nobody', async (t) => {
  const { worker } = takeThread(MODULE, options(103));
  await once(worker, 'message');
  leaveThread(MODULE, options(103), worker, new Set());
  await until('the thread has ended', () => worker.threadId === -1);
  const next = takeThread(MODULE, options(103));
  t.is(next.loaded, null);
  await next.worker.terminate();
});
