import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { Knex } from 'knex';
import { isPostgres } from '../../core/db/dialect.ts';
import { retryInbound } from '../../core/ingest/retry.ts';
import { listFailed } from '../../core/ingest/store.ts';
import { readLedger } from '../../core/ledger/read-ledger.ts';
import type { RawInboundId } from '../../core/lib/ids.ts';
import { anInbox, pipeline, rawText } from '../support/ingest.ts';

test.serial('A kept mail is read, received and leaves the spool', async (t) => {
  const { spool, pump, inboxId, received, scope } = await pipeline(t);
  await spool.keep(rawText(inboxId, 'hello there'));
  await pump.idle();
  t.like(received, {
    length: 1,
    0: { subject: 'hello there', text: 'hello there', from: { address: 'customer@example.com', name: 'Name' }, sentAt: null },
  });
  t.deepEqual(await readLedger(scope, spool), { kept: 1, received: 1, reports: 0, spam: 0, failed: 0, duplicate: 0, waiting: 0 });
});

test.serial('Mails are received in the order in which they were kept', async (t) => {
  const { spool, pump, inboxId, received } = await pipeline(t);
  const texts = Array.from({ length: 120 }, (_, n) => `mail ${n}`);
  for (const text of texts) await spool.keep(rawText(inboxId, text));
  await pump.idle();
  t.deepEqual(
    received.map(({ text }) => text),
    texts,
  );
});

test.serial('A mail for two inboxes is received once for each', async (t) => {
  const { spool, pump, inboxId, received, scope } = await pipeline(t);
  const other = await anInbox(scope, 'sales@example.com');
  await spool.keep(rawText(inboxId, 'both', { inboxIds: [inboxId, other] }));
  await pump.idle();
  t.is(received.length, 2);
  t.is((await readLedger(scope, spool)).kept, 2);
  t.is((await scope.db('blobs')).length, 1);
});

test.serial('Attachments are stored and their names and types made harmless', async (t) => {
  const { spool, pump, inboxId, received, blobs, scope } = await pipeline(t);
  await spool.keep(rawText(inboxId, 'attach something'));
  await pump.idle();
  const [attachment] = received[0]?.attachments ?? [];
  t.like(attachment, { filename: 'pass wd.txt', contentType: 'application/octet-stream', bytes: 8 });
  t.is((await blobs.read(attachment?.sha256 ?? '')).toString(), 'attached');
  t.is((await scope.db('blobs')).length, 1, 'an attachment is noted with the message that holds it');
});

test.serial('HTML is sanitised and its text derived before anything else sees it', async (t) => {
  const { spool, pump, inboxId, received } = await pipeline(t);
  await spool.keep(rawText(inboxId, 'html<p onclick="x()">Dzień <b>dobry</b></p><script>alert(1)</script>'));
  await pump.idle();
  t.like(received[0], { html: 'html<p>Dzień <b>dobry</b></p>', text: 'html\n\nDzień dobry' });
});

test.serial('Quotes are found while a mail is read, and lists get the words that are new', async (t) => {
  const { spool, pump, inboxId, received } = await pipeline(t);
  const html = 'html<p>Tak, proszę.</p><blockquote type="cite">Czy wysłać?</blockquote>';
  for (const text of ['Tak.\n\nDnia 23 listopada 2026 Anna napisała:\n> Czy wysłać?', html]) await spool.keep(rawText(inboxId, text));
  await pump.idle();
  t.like(received[0], { ownWords: 'Tak.', folds: { text: [[6, 57]], html: [] } });
  t.regex(received[0]?.text ?? '', /^Tak\.\n\nDnia/);
  t.is(received[1]?.ownWords, 'html\n\nTak, proszę.');
  t.deepEqual(
    received[1]?.folds.html.map(([start, end]) => received[1]?.html?.slice(start, end)),
    ['<blockquote type="cite">Czy wysłać?</blockquote>'],
  );
});

test.serial('What cannot be read is parked with its reason and nothing behind it waits', async (t) => {
  const { spool, pump, inboxId, received, scope } = await pipeline(t);
  for (const text of ['one', 'throw', 'two']) await spool.keep(rawText(inboxId, text));
  await pump.idle();
  t.deepEqual(
    received.map(({ text }) => text),
    ['one', 'two'],
  );
  const { items } = await listFailed(scope, { cursor: null, limit: 10 });
  t.like(items, { length: 1, 0: { status: 'failed', error: 'unreadable: no colon in the first line', attempts: 1 } });
  t.deepEqual(await scope.db('events').pluck('type'), ['inbound.failed']);
  t.like(await readLedger(scope, spool), { kept: 3, received: 2, failed: 1, waiting: 0 });
});

test.serial('A parked mail can be tried again and fails or succeeds anew', async (t) => {
  let isBroken = true;
  const { spool, pump, inboxId, received, scope } = await pipeline(t, {
    receive: async (tx, record, items) => {
      if (isBroken) throw new Error('a bug of ours');
      for (const item of items) if (item.kind === 'message') received.push(item);
      await tx.db('raw_inbound').where({ id: record.id }).update({ status: 'received' });
      return 'received';
    },
  });
  await spool.keep(rawText(inboxId, 'patience'));
  await pump.idle();
  const [parked] = (await listFailed(scope, { cursor: null, limit: 1 })).items;
  t.regex(parked?.error ?? '', /a bug of ours/);
  isBroken = false;
  await retryInbound(scope, parked?.id as RawInboundId);
  pump.wake();
  await pump.idle();
  t.is(received.length, 1);
  await t.throwsAsync(retryInbound(scope, 999 as RawInboundId), { code: 'not_found' });
});

test.serial('A failure in the middle of a batch undoes only its own mail', async (t) => {
  const { spool, pump, inboxId, scope } = await pipeline(t, {
    receive: async (tx, record, items) => {
      await tx.db('raw_inbound').where({ id: record.id }).update({ status: 'received' });
      await tx.db('settings').insert({ key: `seen ${record.id}`, value: 'x', updated_at: 'now' });
      if (items.some((item) => item.kind === 'message' && item.text === 'bad')) throw new Error('no');
      return 'received';
    },
  });
  for (const text of ['a', 'bad', 'b', 'c']) await spool.keep(rawText(inboxId, text));
  await pump.idle();
  t.like(await readLedger(scope, spool), { kept: 4, received: 3, failed: 1 });
  t.is((await scope.db('settings').where('key', 'like', 'seen %')).length, 3);
});

test.serial('What cannot be asked ahead is received all the same', async (t) => {
  const { spool, pump, inboxId, scope } = await pipeline(t, { ahead: () => Promise.reject(new Error('no answer')) });
  for (const text of ['a', 'b', 'c']) await spool.keep(rawText(inboxId, text));
  await pump.idle();
  t.like(await readLedger(scope, spool), { kept: 3, received: 3 });
});

/** Receives six things of 70 ms each; how many each transaction held. */
async function receivedAtOnce(
  t: ExecutionContext,
  meanwhile: (db: Knex) => Promise<void>,
): Promise<{ readonly held: readonly number[]; readonly db: Knex }> {
  const held = new Map<unknown, number>();
  const { spool, pump, inboxId, scope } = await pipeline(t, {
    receive: async (tx, record) => {
      await wait(70);
      held.set(tx.db, (held.get(tx.db) ?? 0) + 1);
      await tx.db('raw_inbound').where({ id: record.id }).update({ status: 'received' });
      return 'received';
    },
  });
  await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((text) => spool.keep(rawText(inboxId, text))));
  const isIdle = pump.idle().then(() => true);
  while (!(await Promise.race([isIdle, meanwhile(scope.db).then(() => false)])));
  t.like(await readLedger(scope, spool), { kept: 6, received: 6 });
  return { held: [...held.values()], db: scope.db };
}

test.serial(
  'What takes long to receive is received in several transactions while others ask, so that nobody waits for all of it',
  async (t) => {
    const { held } = await receivedAtOnce(t, async (db) => {
      await db('settings').first();
      await wait(1);
    });
    t.true(Math.max(...held) <= 2, String(held));
  },
);

test.serial(
  'As long as nobody waits on SQLite, all that was read is received in one transaction: each costs a wait for the disk',
  async (t) => {
    const { held, db } = await receivedAtOnce(t, () => wait(5));
    if (isPostgres(db)) t.true(Math.max(...held) <= 2, String(held));
    else t.true(Math.max(...held) >= 3, String(held));
  },
);

test.serial('A reader that never ends is stopped at its time limit and the next mail is read', async (t) => {
  const { spool, pump, inboxId, received, scope } = await pipeline(t, { limits: { timeLimitMs: 3000 } });
  for (const text of ['loop', 'after the loop']) await spool.keep(rawText(inboxId, text));
  await pump.idle();
  t.deepEqual(
    received.map(({ text }) => text),
    ['after the loop'],
  );
  t.regex((await listFailed(scope, { cursor: null, limit: 1 })).items[0]?.error ?? '', /longer than 3 s/);
});

test.serial('A reader that eats memory or ends its thread takes nothing else with it', async (t) => {
  const { spool, pump, inboxId, received, scope } = await pipeline(t, { limits: { maxHeapMb: 48 } });
  for (const text of ['before', 'memory', 'between', 'exit', 'after both']) await spool.keep(rawText(inboxId, text));
  await pump.idle();
  t.deepEqual(
    received.map(({ text }) => text),
    ['before', 'between', 'after both'],
  );
  const reasons = (await listFailed(scope, { cursor: null, limit: 5 })).items.map(({ error }) => error);
  t.regex(reasons[1] ?? '', /48 MB of memory/);
  t.regex(reasons[0] ?? '', /thread/);
});

test.serial('A stored file that vanished before it was read is parked with its hash', async (t) => {
  const { spool, pump, inboxId, scope, blobs } = await pipeline(t);
  await spool.keep(rawText(inboxId, 'throw'));
  await pump.idle();
  const [parked] = (await listFailed(scope, { cursor: null, limit: 1 })).items;
  rmSync(blobs.path(parked?.blobSha256 ?? ''));
  await retryInbound(scope, parked?.id as RawInboundId);
  pump.wake();
  await pump.idle();
  const [again] = (await listFailed(scope, { cursor: null, limit: 1 })).items;
  t.true(again?.error?.includes(again.blobSha256));
});

test.serial('Mail for an inbox that does not exist stays in the spool without stopping the rest', async (t) => {
  const { spool, pump, inboxId, received, scope } = await pipeline(t);
  await spool.keep(rawText(9999 as typeof inboxId, 'nobody'));
  await spool.keep(rawText(inboxId, 'somebody'));
  await pump.idle();
  t.deepEqual(
    received.map(({ text }) => text),
    ['somebody'],
  );
  t.like(await readLedger(scope, spool), { kept: 2, received: 1, waiting: 1 });
});

test.serial('Registering the same kept mail again after a crash changes nothing', async (t) => {
  const { spool, pump, inboxId, received } = await pipeline(t, {});
  const [take, forget] = [spool.take, spool.forget];
  let crashes = 2;
  Object.assign(spool, {
    take,
    forget: async (spooled: Parameters<typeof forget>[0]) => {
      crashes -= 1;
      if (crashes >= 0 && spooled.length > 0) throw new Error('crash before the spool was told');
      return forget(spooled);
    },
  });
  await spool.keep(rawText(inboxId, 'small'));
  await spool.keep(rawText(inboxId, `large ${'x'.repeat(400_000)}`));
  await pump.idle();
  t.is(received.length, 2);
});

test.serial('While the database is away mail is kept and read when it comes back', async (t) => {
  let failures = 2;
  const { spool, pump, inboxId, received } = await pipeline(t, {
    inboxOf: async () => {
      failures -= 1;
      if (failures >= 0) throw new Error('connection refused');
      return { address: 's@example.com', name: 'S', interpreter: new URL('./fixtures/interpreter.ts', import.meta.url) };
    },
  });
  await spool.keep(rawText(inboxId, 'later'));
  await pump.idle();
  t.deepEqual(
    received.map(({ text }) => text),
    ['later'],
  );
});

test.serial('Of several processes those that do not receive only let in what they kept', async (t) => {
  let isOurs = false;
  const { spool, pump, inboxId, received, scope } = await pipeline(t, { mayReceive: () => isOurs });
  await spool.keep(rawText(inboxId, 'first'));
  await pump.idle();
  t.deepEqual([received.length, await scope.db('raw_inbound').pluck('status')], [0, ['waiting']]);
  isOurs = true;
  pump.wake();
  await pump.idle();
  t.is(received.length, 1);
});
