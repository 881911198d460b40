import test from 'ava';
import { closeConversation } from '../../core/conversations/close.ts';
import { findConversation } from '../../core/conversations/list.ts';
import { cancelDelivery } from '../../core/deliveries/cancel.ts';
import { deliveriesOf } from '../../core/deliveries/list.ts';
import { retryDelivery } from '../../core/deliveries/retry.ts';
import { rememberLines } from '../../core/health/recent-log.ts';
import { TemporaryError } from '../../core/lib/errors.ts';
import { silentLog } from '../../core/lib/log.ts';
import { workingOn } from '../../core/lib/log-context.ts';
import { houseFor } from '../support/house.ts';
import { ACCEPTED, answer, DEFERRED, REFUSED, scriptedChannel, settled, withAnswer, work } from '../support/sending.ts';
import { until } from '../support/until.ts';

test('an answer is sent to its recipient with everything the channel needs', async (t) => {
  const { house, messageId, conversationId } = await withAnswer(t, ['jan@customer.test']);
  const channel = scriptedChannel();
  work(t, house, channel.send);
  const [delivery] = await settled(house, messageId);
  t.like(delivery, { status: 'sent', attempts: 1, reason: '250 ok', nextAttemptAt: null, sentAt: house.scope.now() });
  const [message] = channel.sent;
  const conversation = await findConversation(house.scope, conversationId);
  t.like(message, {
    messageId,
    fromName: 'Anna Nowak, help@company.test',
    replyToken: conversation?.replyToken ?? '',
    subject: 'Re: Broken washing machine',
    text: 'Hello',
    html: '<p>Hello</p>',
    automated: false,
  });
  t.is(message?.inReplyTo, message?.references.at(-1) ?? '');
  t.deepEqual(message?.recipients, [{ deliveryId: delivery?.id as never, kind: 'to', address: 'jan@customer.test', name: null }]);
});

test('the log says of no mail that a request sent it which only woke the sending', async (t) => {
  const { house, messageId } = await withAnswer(t, ['jan@customer.test']);
  const { log, lines } = rememberLines(silentLog);
  workingOn({ request: 'aaa' }, () => work(t, house, scriptedChannel().send, { log }));
  await settled(house, messageId);
  const attempts = lines().filter(({ event }) => event === 'delivery_attempted');
  t.true(attempts.length > 0);
  t.true(attempts.every((line) => !('request' in line)));
});

test('each recipient has an outcome of its own', async (t) => {
  const { house, messageId, conversationId } = await withAnswer(t, ['ok@x.test', 'later@x.test', 'no@x.test', 'silent@x.test']);
  await closeConversation(house.scope, conversationId);
  const answers: Record<string, typeof ACCEPTED> = { 'ok@x.test': ACCEPTED, 'later@x.test': DEFERRED, 'no@x.test': REFUSED };
  const { send, sent } = scriptedChannel((address) => answers[address] ?? null);
  work(t, house, send);
  const list = await settled(house, messageId);
  t.deepEqual(
    list.map(({ address, status, reason, enhancedStatus }) => ({ address, status, reason, enhancedStatus })),
    [
      { address: 'ok@x.test', status: 'sent', reason: '250 ok', enhancedStatus: null },
      { address: 'later@x.test', status: 'deferred', reason: '450 later', enhancedStatus: '4.2.0' },
      { address: 'no@x.test', status: 'failed', reason: '550 no such user', enhancedStatus: '5.1.1' },
      { address: 'silent@x.test', status: 'unknown', reason: 'the channel gave no answer for this recipient', enhancedStatus: null },
    ],
  );
  t.is(sent.length, 1);
  t.is(list[1]?.nextAttemptAt?.getTime(), house.scope.now().getTime() + 60_000);
  t.like(await findConversation(house.scope, conversationId), { status: 'open', failedDeliveries: 2 });
  t.deepEqual((await house.events()).slice(-6), [
    'delivery.changed',
    'delivery.changed',
    'delivery.failed',
    'delivery.failed',
    'conversation.reopened',
    'notifications.changed',
  ]);
});

test('a second attempt goes only to whom the first did not reach, with the same id', async (t) => {
  const { house, messageId } = await withAnswer(t, ['ok@x.test', 'later@x.test']);
  const channel = scriptedChannel((address) => (address === 'ok@x.test' ? ACCEPTED : DEFERRED));
  const worker = work(t, house, channel.send);
  await settled(house, messageId);
  channel.script.answer = () => ACCEPTED;
  house.pass(2);
  worker.wake();
  const list = await until('both are sent', async () => {
    const now = await deliveriesOf(house.scope, [messageId]);
    return now.every((one) => one.status === 'sent') ? now : null;
  });
  t.deepEqual(
    list.map((one) => one.attempts),
    [1, 2],
  );
  t.deepEqual(
    channel.sent.map((one) => one.recipients.map((recipient) => recipient.address)),
    [['ok@x.test', 'later@x.test'], ['later@x.test']],
  );
  t.is(channel.sent[0]?.externalId, channel.sent[1]?.externalId ?? '');
  t.deepEqual(
    channel.sent[1]?.to.map((one) => one.address),
    ['ok@x.test', 'later@x.test'],
  );
});

test('nothing is tried before its time', async (t) => {
  const { house, messageId } = await withAnswer(t, ['later@x.test']);
  const channel = scriptedChannel(() => DEFERRED);
  const worker = work(t, house, channel.send);
  await settled(house, messageId);
  worker.wake();
  await worker.stop();
  t.is(channel.sent.length, 1);
});

test('after four days of deferrals a delivery has failed and the conversation is open again', async (t) => {
  const { house, messageId, conversationId } = await withAnswer(t, ['later@x.test']);
  await closeConversation(house.scope, conversationId);
  const channel = scriptedChannel(() => DEFERRED);
  const worker = work(t, house, channel.send);
  const statuses = new Set<string>();
  for (let attempts = 1; attempts < 130; attempts += 1) {
    const [delivery] = await until(`attempt ${attempts} is over`, async () => {
      const list = await deliveriesOf(house.scope, [messageId]);
      return list[0]?.attempts === attempts && list[0].status !== 'sending' ? list : null;
    });
    statuses.add(delivery?.status ?? '');
    if (delivery?.status !== 'deferred' || !delivery.nextAttemptAt) break;
    house.pass((delivery.nextAttemptAt.getTime() - house.scope.now().getTime()) / 60_000);
    worker.wake();
  }
  const [delivery] = await deliveriesOf(house.scope, [messageId]);
  t.deepEqual([...statuses], ['deferred', 'failed']);
  t.like(delivery, { reason: '450 later', note: 'deliveries.note.expired' });
  t.true((delivery?.attempts ?? 0) > 90 && (delivery?.attempts ?? 0) < 110);
  t.like(await findConversation(house.scope, conversationId), { status: 'open', failedDeliveries: 1 });
});

test('a channel that is switched off holds the message without counting attempts', async (t) => {
  const { house, messageId } = await withAnswer(t, ['jan@customer.test']);
  let isOff = true;
  const channel = scriptedChannel();
  const worker = work(t, house, async (...args: Parameters<typeof channel.send>) => {
    if (isOff) throw new TemporaryError('The plugin email is not running');
    return channel.send(...args);
  });
  const [held] = await settled(house, messageId);
  t.like(held, { status: 'deferred', attempts: 0, reason: 'The plugin email is not running' });
  isOff = false;
  house.pass(1);
  worker.wake();
  await until('it is sent', async () => (await deliveriesOf(house.scope, [messageId]))[0]?.status === 'sent');
  t.is(channel.sent.length, 1);
});

test('at most four messages are sent at the same time', async (t) => {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  for (let n = 0; n < 9; n += 1) await answer(house, conversationId, ['jan@customer.test']);
  let now = 0;
  let most = 0;
  const gates: (() => void)[] = [];
  work(t, house, async (_inbox, message) => {
    now += 1;
    most = Math.max(most, now);
    await new Promise<void>((resolve) => gates.push(resolve));
    now -= 1;
    return message.recipients.map(({ deliveryId }) => ({ deliveryId, outcome: ACCEPTED }));
  });
  await until('as many as may be are being sent', () => gates.length === 4);
  for (let n = 0; n < 9; n += 1) await until('one is being sent', () => gates.shift()).then((open) => open());
  await until('all are sent', async () => (await house.scope.db('deliveries').where({ status: 'sent' })).length === 9);
  t.true(most <= 4 && most > 1, `${most}`);
});

test('a stopped worker takes nothing new and lets running attempts end', async (t) => {
  const { house, messageId, conversationId } = await withAnswer(t, ['jan@customer.test']);
  const gate = Promise.withResolvers<void>();
  let begun = false;
  const channel = scriptedChannel();
  const worker = work(t, house, async (...args: Parameters<typeof channel.send>) => {
    begun = true;
    await gate.promise;
    return channel.send(...args);
  });
  await until('sending has begun', () => begun);
  const stopped = worker.stop();
  const { messageId: second } = await answer(house, conversationId, ['jan@customer.test']);
  worker.wake();
  gate.resolve();
  await stopped;
  t.is((await deliveriesOf(house.scope, [messageId]))[0]?.status, 'sent');
  t.is((await deliveriesOf(house.scope, [second]))[0]?.status, 'queued');
});

test('a message with a later first attempt waits and can be cancelled meanwhile', async (t) => {
  const { house, messageId } = await withAnswer(t, ['jan@customer.test']);
  const [queued] = await deliveriesOf(house.scope, [messageId]);
  t.truthy(queued);
  if (!queued) return;
  t.is((await cancelDelivery(house.scope, queued.id)).status, 'cancelled');
  const channel = scriptedChannel();
  const worker = work(t, house, channel.send);
  worker.wake();
  await worker.stop();
  t.is(channel.sent.length, 0);
});

test('retrying a failed delivery sends it again and clears the failure', async (t) => {
  const { house, messageId, conversationId } = await withAnswer(t, ['jan@customer.test']);
  // About our reputation, not about the recipient: that blocks nobody.
  const channel = scriptedChannel(() => ({ ...REFUSED, reason: '550 policy', status: '5.7.1' }));
  const worker = work(t, house, channel.send);
  const [failed] = await settled(house, messageId);
  t.truthy(failed);
  if (!failed) return;
  channel.script.answer = () => ACCEPTED;
  t.like(await retryDelivery(house.scope, failed.id), { status: 'queued', attempts: 0 });
  t.is((await findConversation(house.scope, conversationId))?.failedDeliveries, 0);
  worker.wake();
  await until('it is sent', async () => (await deliveriesOf(house.scope, [messageId]))[0]?.status === 'sent');
  await t.throwsAsync(retryDelivery(house.scope, failed.id), { code: 'delivery_not_retryable' });
  await t.throwsAsync(cancelDelivery(house.scope, failed.id), { code: 'delivery_not_cancellable' });
});
