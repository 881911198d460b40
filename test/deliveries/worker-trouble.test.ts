import test from 'ava';
import { findConversation } from '../../core/conversations/list.ts';
import { deliveriesOf } from '../../core/deliveries/list.ts';
import { startDeliveryWorker } from '../../core/deliveries/worker.ts';
import { rememberLines } from '../../core/health/recent-log.ts';
import type { MessageId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';
import type { House } from '../support/house.ts';
import { answer, noBlobs, scriptedChannel, settled, withAnswer, work } from '../support/sending.ts';
import { until } from '../support/until.ts';

test('an error thrown while sending leaves the delivery unknown, and it is not tried again', async (t) => {
  const { house, messageId } = await withAnswer(t, ['jan@customer.test']);
  let calls = 0;
  const worker = work(t, house, async () => {
    calls += 1;
    throw new Error('bug');
  });
  const [delivery] = await settled(house, messageId);
  t.like(delivery, { status: 'unknown', reason: 'an error while sending: bug', nextAttemptAt: null });
  house.pass(10_000);
  worker.wake();
  await worker.stop();
  t.is(calls, 1);
});

test('what was being sent when the process stopped is unknown after the next start', async (t) => {
  const { house, messageId, conversationId } = await withAnswer(t, ['jan@customer.test']);
  let begun = false;
  const dead = startDeliveryWorker({
    scope: house.scope,
    send: () => {
      begun = true;
      return new Promise(() => {});
    },
    blobs: noBlobs,
    log: silentLog,
  });
  await until('sending has begun', () => begun);
  t.is((await deliveriesOf(house.scope, [messageId]))[0]?.status, 'sending');
  const channel = scriptedChannel();
  work(t, house, channel.send);
  const [delivery] = await settled(house, messageId);
  t.like(delivery, { status: 'unknown', reason: 'the process stopped while sending', note: 'deliveries.note.interrupted' });
  t.is(channel.sent.length, 0);
  t.is((await findConversation(house.scope, conversationId))?.failedDeliveries, 1);
  void dead;
});

test('an answer that comes after its delivery was taken for dead still counts', async (t) => {
  const { house, messageId, conversationId } = await withAnswer(t, ['jan@customer.test']);
  const gate = Promise.withResolvers<void>();
  const channel = scriptedChannel();
  let begun = false;
  work(t, house, async (...args: Parameters<typeof channel.send>) => {
    begun = true;
    await gate.promise;
    return channel.send(...args);
  });
  await until('sending has begun', () => begun);
  work(t, house, scriptedChannel().send);
  await until('it is unknown', async () => (await deliveriesOf(house.scope, [messageId]))[0]?.status === 'unknown');
  gate.resolve();
  await until('it is sent', async () => (await deliveriesOf(house.scope, [messageId]))[0]?.status === 'sent');
  t.is((await findConversation(house.scope, conversationId))?.failedDeliveries, 0);
});

test('a missing attachment fails the delivery instead of sending without it', async (t) => {
  const { house, messageId } = await withAnswer(t, ['jan@customer.test']);
  await house.scope.db('blobs').insert({ sha256: 'b'.repeat(64), bytes: 1, created_at: 'now' });
  await house.scope
    .db('attachments')
    .insert({ message_id: messageId, position: 0, filename: 'offer.pdf', content_type: 'x/x', bytes: 1, blob_sha256: 'b'.repeat(64) });
  const channel = scriptedChannel();
  work(t, house, channel.send, { blobs: { ...noBlobs, has: async () => false } });
  const [delivery] = await settled(house, messageId);
  t.is(delivery?.status, 'failed');
  t.regex(delivery?.reason ?? '', /offer\.pdf/);
  t.is(channel.sent.length, 0);
});

test('a file in which a virus was found meanwhile fails the delivery, and nothing leaves', async (t) => {
  const { house, messageId } = await withAnswer(t, ['jan@customer.test']);
  const sha256 = 'b'.repeat(64);
  await house.scope.db('blobs').insert({ sha256, bytes: 1, created_at: 'now' });
  await house.scope
    .db('attachments')
    .insert({ message_id: messageId, position: 0, filename: 'offer.pdf', content_type: 'x/x', bytes: 1, blob_sha256: sha256 });
  await house.scope.db('file_scans').insert({ sha256, bytes: 1, virus_state: 'infected', virus_name: 'Eicar', noted_at: 'now' });
  const channel = scriptedChannel();
  work(t, house, channel.send, { blobs: { ...noBlobs, has: async () => true } });
  const [delivery] = await settled(house, messageId);
  t.is(delivery?.status, 'failed');
  t.regex(delivery?.reason ?? '', /virus in this message: Eicar/);
  t.is(channel.sent.length, 0);
});

test('an outcome that cannot be recorded at once is recorded when the database is back', async (t) => {
  const { house, messageId } = await withAnswer(t, ['jan@customer.test']);
  const channel = scriptedChannel();
  const { db } = house.scope;
  work(t, house, async (...args: Parameters<typeof channel.send>) => {
    await db.schema.renameTable('counters', 'counters_away');
    setTimeout(() => db.schema.renameTable('counters_away', 'counters').then(), 50);
    return channel.send(...args);
  });
  const [delivery] = await settled(house, messageId);
  t.like(delivery, { status: 'sent', attempts: 1 });
  t.is(channel.sent.length, 1);
});

test('however long the database is away, what was sent meanwhile is recorded when it is back, and holds up nothing', async (t) => {
  const { house, messageId, conversationId } = await withAnswer(t, ['jan@customer.test']);
  const { messageId: second } = await answer(house, conversationId, ['ola@customer.test']);
  const channel = scriptedChannel();
  const { log, lines } = rememberLines(silentLog);
  const { db } = house.scope;
  await db.schema.renameTable('counters', 'counters_away');
  const worker = work(t, house, channel.send, { log, concurrency: 1, recordAgainMs: [1, 1, 20] });
  const postponed = () => lines().filter(({ event }) => event === 'delivery_record_postponed').length;
  await until('both are sent and recorded in vain again and again', () => channel.sent.length === 2 && postponed() > 12);
  t.deepEqual(await statuses(house, [messageId, second]), ['sending', 'sending']);
  await db.schema.renameTable('counters_away', 'counters');
  await until('both are recorded', async () => (await statuses(house, [messageId, second])).every((one) => one === 'sent'));
  await worker.stop();
  t.is(channel.sent.length, 2);
});

const statuses = async ({ scope }: House, ids: readonly MessageId[]) => (await deliveriesOf(scope, ids)).map(({ status }) => status);
