import test from 'ava';
import { isPostgres } from '../../core/db/dialect.ts';
import { pipeline, rawText } from '../support/ingest.ts';

test('Whoever asks for a page while mail is received waits once, not for each of its pieces', async (t) => {
  const begun = Promise.withResolvers<void>();
  let count = 0;
  const { spool, pump, inboxId, scope } = await pipeline(t, {
    receive: async (tx, record) => {
      for (const end = performance.now() + 6; performance.now() < end; );
      count += 1;
      if (count === 3) begun.resolve();
      await tx.db('raw_inbound').where({ id: record.id }).update({ status: 'received' });
      return 'received';
    },
  });
  for (let n = 0; n < 60; n += 1) await spool.keep(rawText(inboxId, `mail ${n}`));
  await begun.promise;
  const before = count;
  for (let piece = 0; piece < 6; piece += 1) await scope.db('inboxes').first('id');
  const between = count - before;
  await pump.idle();
  t.is(count, 60);
  // PostgreSQL has other connections for it.
  t.true(isPostgres(scope.db) || between <= 9, `${between} mails`);
});
