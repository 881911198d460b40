import test from 'ava';
import type { Judge } from '../../core/ingest/judge.ts';
import { readLedger } from '../../core/ledger/read-ledger.ts';
import { pipeline, rawText } from '../support/ingest.ts';
import { until } from '../support/until.ts';

/** As many as are fetched to be read at a time. */
const BATCH = 100;

test.serial('The next mails are read while those before them are not judged yet, and all are received in their order', async (t) => {
  const gate = Promise.withResolvers<void>();
  let mayReceive = false;
  const judged: string[] = [];
  const slow: Judge = {
    name: 'slow',
    timeLimitMs: 60_000,
    judge: async ({ items: [item] }, verdict) => {
      judged.push(item?.kind === 'message' ? item.text : '');
      await gate.promise;
      return verdict;
    },
  };
  const { spool, pump, inboxId, received, scope } = await pipeline(t, { judges: [slow], mayReceive: () => mayReceive });
  const texts = Array.from({ length: BATCH + 20 }, (_, n) => `mail ${n}`);
  for (const text of texts) await spool.keep(rawText(inboxId, text));
  await until('all have entered', async () => (await scope.db('raw_inbound')).length === texts.length);
  mayReceive = true;
  pump.wake();
  await until('those of the next batch are read', () => judged.length === texts.length);
  t.is(received.length, 0);
  gate.resolve();
  await pump.idle();
  t.deepEqual(
    received.map(({ text }) => text),
    texts,
  );
  t.like(await readLedger(scope, spool), { kept: texts.length, received: texts.length, waiting: 0 });
});
