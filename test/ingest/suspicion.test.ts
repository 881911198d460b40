import test from 'ava';
import type { Judge } from '../../core/ingest/judge.ts';
import { listFailed } from '../../core/ingest/store.ts';
import { pipeline, rawText } from '../support/ingest.ts';
import { until } from '../support/until.ts';

test.serial('The time that a parser takes to load makes no mail suspect', async (t) => {
  const interpreter = new URL('./fixtures/slow-to-load.ts', import.meta.url);
  const inboxOf = async () => ({ address: 'support@example.com', name: 'Support', interpreter });
  const { spool, pump, inboxId, received, scope } = await pipeline(t, { inboxOf });
  await spool.keep(rawText(inboxId, 'hello'));
  await pump.idle();
  t.is(received.length, 1);
  t.deepEqual(await scope.db('raw_inbound').pluck('attempts'), [0]);
});

test.serial('A mail whose reading took long and did not end the program is not suspect afterwards', async (t) => {
  const judged = Promise.withResolvers<void>();
  const waits: Judge = { name: 'waits', timeLimitMs: 20_000, judge: (_, verdict) => judged.promise.then(() => verdict) };
  const { spool, pump, inboxId, received, scope } = await pipeline(t, { judges: [waits] });
  const attempts = (): Promise<number[]> => scope.db('raw_inbound').orderBy('id').pluck('attempts');
  await spool.keep(rawText(inboxId, 'slow'));
  await until('it is counted while it is read', async () => (await attempts())[0] === 1);
  await until('it is read', async () => (await attempts())[0] === 0);
  judged.resolve();
  await pump.idle();
  t.is(received.length, 1);
});

test.serial('A mail that ended the program three times is parked instead of tried for ever', async (t) => {
  const { spool, pump, inboxId, received, scope } = await pipeline(t);
  await spool.keep(rawText(inboxId, 'throw'));
  await pump.idle();
  await scope.db('raw_inbound').update({ status: 'waiting', attempts: 3 });
  pump.wake();
  await pump.idle();
  t.is(received.length, 0);
  t.regex((await listFailed(scope, { cursor: null, limit: 1 })).items[0]?.error ?? '', /^crashed: 3 attempts/);
});
