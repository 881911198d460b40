import test from 'ava';
import { recordBlobs } from '../../core/blobs/store.ts';
import { transact } from '../../core/db/scope.ts';
import type { InboxId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';
import { deleteMessage } from '../../core/messages/held-store.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { changeLimits } from '../../core/quota/change-limits.ts';
import { guardQuotas } from '../../core/quota/guard.ts';
import { readQuotas, readYears } from '../../core/quota/usage.ts';
import { noticeLevels } from '../../core/quota/watch.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { purgeSpam } from '../../core/spam/purge.ts';
import { type House, houseFor } from '../support/house.ts';

// What a house keeps has one byte each.
const inUse = async ({ scope }: House) => {
  const [{ received, sent, spam }] = await readQuotas(scope);
  return { received, sent, spam };
};

test('what an inbox takes up follows every write: received, duplicate, spam, purged, sent, taken back', async (t) => {
  const house = await houseFor(t);
  const { scope, endpoints, agentId, pass } = house;
  const { conversationId } = await house.mail({}, { bytes: 'first' });
  await house.mail({}, { bytes: 'second' });
  t.deepEqual(await inUse(house), { received: 2, sent: 0, spam: 0 });
  t.is((await house.mail({}, { bytes: 'second' })).status, 'duplicate');
  await house.keep({ bytes: 'waits to be read' });
  t.deepEqual(await inUse(house), { received: 3, sent: 0, spam: 0 }, 'what waits counts, what is there already does not');

  await markSpam(scope, conversationId, true);
  t.deepEqual(await inUse(house), { received: 2, sent: 0, spam: 1 });
  await markSpam(scope, conversationId, false);
  t.deepEqual(await inUse(house), { received: 3, sent: 0, spam: 0 });

  const blob = { sha256: 'ab'.repeat(32), bytes: 5000 };
  await transact(scope, (tx) => recordBlobs(tx, [blob]));
  const file = { filename: 'a.pdf', contentType: 'application/pdf', contentId: null, inline: false, ...blob };
  const reply = { conversationId, authorId: agentId, text: 'Yes', html: null, attachments: [file] };
  const { messageId } = await replyToConversation(scope, endpoints, reply);
  t.deepEqual(await inUse(house), { received: 3, sent: 5000, spam: 0 });
  await transact(scope, (tx) => deleteMessage(tx, messageId));
  t.deepEqual(await inUse(house), { received: 3, sent: 0, spam: 0 });

  const other = await house.mail({}, { bytes: 'third', inboxId: await house.addInbox('sales@company.test') });
  await markSpam(scope, other.conversationId, true);
  pass(91 * 1440);
  const blobs = { discard: async () => {}, restore: async () => {}, sweep: async () => {} } as never;
  t.is(await purgeSpam(scope, { blobs, log: silentLog }, AbortSignal.timeout(20_000)), 1);
  t.deepEqual(await inUse(house), { received: 3, sent: 0, spam: 0 });
  t.deepEqual(
    (await readQuotas(scope)).map(({ inboxId, used }) => [inboxId, used]),
    [
      [null, 3],
      [house.inboxId, 3],
      [other.record.inboxId, 0],
    ],
  );
});

test('what takes up room is known by year, of each inbox and of all, and years of which nothing is left are not named', async (t) => {
  const house = await houseFor(t);
  const { scope, pass } = house;
  const years = async (inboxId: InboxId | null) =>
    (await readYears(scope, inboxId)).map(({ year, received, spam }) => [year, received, spam]);
  const year = scope.now().getUTCFullYear();
  const { conversationId } = await house.mail({}, { bytes: 'first' });
  await house.mail({}, { bytes: 'second' });
  pass(366 * 1440);
  const other = await house.addInbox('sales@company.test');
  await house.mail({}, { bytes: 'third', inboxId: other });
  t.deepEqual(await years(null), [
    [year + 1, 1, 0],
    [year, 2, 0],
  ]);
  t.deepEqual(await years(house.inboxId), [[year, 2, 0]]);
  await markSpam(scope, conversationId, true);
  t.deepEqual(await years(house.inboxId), [[year, 1, 1]]);
  const blobs = { discard: async () => {}, restore: async () => {}, sweep: async () => {} } as never;
  await purgeSpam(scope, { blobs, log: silentLog }, AbortSignal.timeout(20_000));
  t.deepEqual(await years(house.inboxId), [[year, 1, 0]]);
  await scope.db('raw_inbound').where({ inbox_id: house.inboxId }).update({ purged_at: scope.now().toISOString() });
  t.deepEqual([await years(house.inboxId), await years(null)], [[], [[year + 1, 1, 0]]]);
});

test('each level of a limit is told once, and again only after it fell below; at the limit there is no room', async (t) => {
  const house = await houseFor(t);
  const { scope, inboxId } = house;
  const second = await house.addInbox('sales@company.test');
  const guard = guardQuotas(scope);
  const told = async () => (await noticeLevels(scope)).map((one) => [one.inboxId, one.percent]);
  for (let n = 0; n < 8; n += 1) await house.keep();
  t.deepEqual(await told(), [], 'without limits nothing is told');
  t.true(await guard.hasRoom(inboxId));

  await changeLimits(scope, new Map([[inboxId, 10]]));
  t.is((await house.events()).at(-1), 'settings.changed', 'the audit reads this');
  t.deepEqual(await told(), [[inboxId, 80]]);
  t.deepEqual(await told(), []);
  await house.keep();
  t.deepEqual(await told(), [[inboxId, 90]]);
  await house.keep();
  guard.forget();
  t.deepEqual(await told(), [[inboxId, 100]]);
  t.deepEqual([await guard.hasRoom(inboxId), await guard.hasRoom(second), await guard.hasRoom()], [false, true, true]);
  t.deepEqual(
    (await guard.tight()).map(({ percent }) => percent),
    [100],
  );

  await changeLimits(scope, new Map([[inboxId, 100]]));
  guard.forget();
  t.deepEqual(await told(), []);
  t.deepEqual([await guard.hasRoom(inboxId), await guard.tight()], [true, []]);
  await changeLimits(scope, new Map([[null, 10]]));
  guard.forget();
  t.deepEqual(await told(), [[null, 100]]);
  t.deepEqual([await guard.hasRoom(), await guard.hasRoom(second)], [false, false], 'the limit of all holds for each');
});

test('while the database is away, or says nothing, there is the room that was known last', async (t) => {
  const house = await houseFor(t);
  const { inboxId } = house;
  const second = await house.addInbox('sales@company.test');
  for (let n = 0; n < 10; n += 1) await house.keep();
  await changeLimits(house.scope, new Map([[inboxId, 10]]));
  let db: () => typeof house.scope.db = () => house.scope.db;
  const guard = guardQuotas(
    Object.defineProperty({ ...house.scope }, 'db', {
      get: () => db(),
    }),
  );
  const rooms = async () => [await guard.hasRoom(inboxId), await guard.hasRoom(second)];
  db = () => {
    throw new Error('terminating connection due to crash of another server process');
  };
  t.deepEqual(await rooms(), [true, true], 'nothing was known yet');
  db = () => house.scope.db;
  guard.forget();
  t.deepEqual(await rooms(), [false, true]);
  guard.forget();
  db = () => {
    throw new Error('terminating connection due to crash of another server process');
  };
  t.deepEqual(await rooms(), [false, true]);
  guard.forget();
  const silent: typeof house.scope.db = new Proxy(house.scope.db, {
    get: (_, name) => (name === 'then' ? () => {} : silent),
    apply: () => silent,
  });
  db = () => silent;
  t.deepEqual(await rooms(), [false, true]);
});
