import test from 'ava';
import { blockedAmong } from '../../core/blocked-addresses/block.ts';
import { closeConversation } from '../../core/conversations/close.ts';
import { findConversation } from '../../core/conversations/list.ts';
import { cancelDelivery } from '../../core/deliveries/cancel.ts';
import { deliveriesOf, listDeliveries } from '../../core/deliveries/list.ts';
import { NOTES } from '../../core/deliveries/notes.ts';
import { retryDelivery } from '../../core/deliveries/retry.ts';
import { DELIVERY_STATUSES, type Delivery, type DeliveryStatus } from '../../core/deliveries/types.ts';
import { deliveryView } from '../../core/deliveries/view.ts';
import type { DeliveryId } from '../../core/lib/ids.ts';
import { type DeliveryReport, REPORT_OUTCOMES } from '../../core/plugins/contract.ts';
import { houseFor } from '../support/house.ts';
import { answer } from '../support/sending.ts';

async function sent(t: Parameters<typeof houseFor>[0], to: readonly string[], status: DeliveryStatus = 'sent') {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  const { messageId } = await answer(house, conversationId, to);
  await house.scope.db('deliveries').update({ status });
  const externalId: string = (await house.scope.db('messages').where({ id: messageId }).first()).external_id;
  const statuses = async () => (await deliveriesOf(house.scope, [messageId])).map((one) => one.status);
  const report = async (outcome: DeliveryReport['outcome'], recipient: string | null = null, about = externalId, passedOnTo?: string) => {
    const taken = await house.report({
      about: { externalId: about, recipient, ...(passedOnTo ? { passedOnTo } : {}) },
      outcome,
      status: '5.1.1',
      diagnostic: 'smtp; 550 no\0 such user',
    });
    const { status: settled, error } = await house.scope.db('raw_inbound').where({ id: taken.record.id }).first();
    return { settled, error, statuses: await statuses() };
  };
  return { ...house, conversationId, messageId, report, statuses, externalId };
}

test('a bounce marks its delivery, counts in the conversation and reopens it', async (t) => {
  const { report, scope, conversationId, messageId, events } = await sent(t, ['jan@customer.test']);
  await closeConversation(scope, conversationId);
  t.deepEqual(await report('bounced', 'JAN@customer.test'), { settled: 'report', error: null, statuses: ['bounced'] });
  t.like((await deliveriesOf(scope, [messageId]))[0], { reason: 'smtp; 550 no such user', enhancedStatus: '5.1.1' });
  t.like(await findConversation(scope, conversationId), { status: 'open', failedDeliveries: 1, messageCount: 2 });
  t.deepEqual((await events()).slice(-3), ['delivery.failed', 'conversation.reopened', 'notifications.changed']);
});

test('the same bounce twice counts once', async (t) => {
  const { report, scope, conversationId } = await sent(t, ['jan@customer.test']);
  await report('bounced');
  t.deepEqual(await report('bounced'), { settled: 'report', error: 'the delivery is bounced already', statuses: ['bounced'] });
  t.is((await findConversation(scope, conversationId))?.failedDeliveries, 1);
});

test('of several recipients only the one that the report names is touched', async (t) => {
  const { report } = await sent(t, ['a@x.test', 'b@x.test']);
  t.deepEqual(await report('bounced', 'b@x.test'), { settled: 'report', error: null, statuses: ['sent', 'bounced'] });
  const nobody = 'report_unmatched: about a recipient that the message did not have';
  t.deepEqual(await report('bounced', 'c@x.test'), { settled: 'report', error: nobody, statuses: ['sent', 'bounced'] });
  t.deepEqual(await report('bounced', null), { settled: 'report', error: nobody, statuses: ['sent', 'bounced'] });
});

test('a sole recipient is meant even when the report names the address it was forwarded to', async (t) => {
  const { report } = await sent(t, ['jan@customer.test']);
  t.deepEqual((await report('bounced', 'jan@forwarded.test')).statuses, ['bounced']);
});

test('a bounce blocks the address that it names, not the one from which the mail was forwarded there', async (t) => {
  for (const [named, blocked, passedOnTo] of [
    ['jan@forwarded.test', []],
    ['jan@customer.test', [], 'jan@forwarded.test'],
    [null, [], 'jan@forwarded.test'],
    ['JAN@customer.test', ['jan@customer.test']],
    [null, ['jan@customer.test']],
  ] as const) {
    const { report, scope } = await sent(t, ['jan@customer.test']);
    t.deepEqual((await report('bounced', named, undefined, passedOnTo)).statuses, ['bounced']);
    t.deepEqual(
      (await blockedAmong(scope, ['jan@customer.test', 'jan@forwarded.test'])).map(({ address }) => address),
      blocked,
      `${named}`,
    );
  }
});

test('a report about a message that we did not send changes nothing and says why', async (t) => {
  const { report, scope, addInbox, externalId, report: _, ...house } = await sent(t, ['jan@customer.test']);
  const unknown = { settled: 'report', error: 'report_unmatched: about a message that this inbox did not send', statuses: ['sent'] };
  t.deepEqual(await report('bounced', null, 'unknown@x'), unknown);
  await house.mail({ externalId: 'theirs@customer' });
  t.deepEqual(await report('bounced', null, 'theirs@customer'), unknown);
  const inboxId = await addInbox('sales@company.test');
  await house.take([{ kind: 'report', about: { externalId, recipient: null }, outcome: 'bounced', status: null, diagnostic: null }], {
    inboxId,
  });
  t.deepEqual(await house.statuses(), ['sent']);
  t.is((await scope.db('messages')).length, 3);
});

const AFTER: Record<DeliveryReport['outcome'], Partial<Record<DeliveryStatus, DeliveryStatus>>> = {
  bounced: { queued: 'bounced', sending: 'bounced', sent: 'bounced', delivered: 'bounced', deferred: 'bounced', unknown: 'bounced' },
  delivered: { queued: 'delivered', sending: 'delivered', sent: 'delivered', deferred: 'delivered', unknown: 'delivered' },
  read: { queued: 'delivered', sending: 'delivered', sent: 'delivered', deferred: 'delivered', unknown: 'delivered' },
  complained: { queued: 'delivered', sending: 'delivered', sent: 'delivered', deferred: 'delivered', unknown: 'delivered' },
  deferred: {},
  noted: {},
};

for (const outcome of REPORT_OUTCOMES)
  test(`a report of ${outcome} changes only deliveries that it is news for`, async (t) => {
    const { report, scope } = await sent(t, ['jan@customer.test']);
    for (const status of DELIVERY_STATUSES) {
      await scope.db('deliveries').update({ status });
      t.deepEqual((await report(outcome)).statuses, [AFTER[outcome][status] ?? status], status);
    }
  });

test('a read receipt and a complaint are marked on the delivery once, also on one that was delivered before', async (t) => {
  const { report, scope, messageId, pass, events } = await sent(t, ['jan@customer.test'], 'delivered');
  const at = scope.now();
  t.is((await report('read')).error, null);
  pass(5);
  t.is((await report('read')).error, 'the delivery is delivered already');
  t.is((await report('complained')).error, null);
  t.is((await report('complained')).error, 'the delivery is delivered already');
  t.like((await deliveriesOf(scope, [messageId]))[0], { status: 'delivered', readAt: at, complainedAt: scope.now() });
  t.is((await events()).filter((type) => type === 'delivery.changed').length, 2);
});

test('a report about nothing changes nothing, opens no conversation and is shown as unmatched', async (t) => {
  const { statuses, scope, ...house } = await sent(t, ['jan@customer.test']);
  const about = { externalId: null, recipient: 'jan@customer.test' };
  const taken = await house.take([{ kind: 'report', about, outcome: 'bounced', status: null, diagnostic: null }]);
  t.like(await scope.db('raw_inbound').where({ id: taken.record.id }).first(), {
    status: 'report',
    error: 'report_unmatched: about a message that this inbox did not send',
  });
  t.deepEqual(await statuses(), ['sent']);
  t.is((await scope.db('conversations')).length, 1);
});

test('a report of delay tells its reason and leaves the delivery with the next hop', async (t) => {
  const { report, scope, messageId } = await sent(t, ['jan@customer.test']);
  await report('deferred');
  const one = async () => (await deliveriesOf(scope, [messageId]))[0] as Delivery;
  t.like(await one(), { status: 'sent', reason: 'smtp; 550 no such user', nextAttemptAt: null });
  // The agent does not read that all is well.
  t.like(deliveryView(await one(), scope.now()), {
    state: 'sent',
    look: 'late',
    note: NOTES.delayed,
    reason: '5.1.1 smtp; 550 no such user',
  });
  await report('bounced');
  t.like(await one(), { status: 'bounced', note: null });
});

test('retrying is possible until a delivery is under way', async (t) => {
  const { scope, messageId } = await sent(t, ['jan@customer.test']);
  const [delivery] = await deliveriesOf(scope, [messageId]);
  for (const status of DELIVERY_STATUSES) {
    await scope.db('deliveries').update({ status, attempts: 7 });
    const attempt = retryDelivery(scope, delivery?.id as DeliveryId);
    if (status === 'sending' || status === 'sent' || status === 'delivered')
      await t.throwsAsync(attempt, { code: 'delivery_not_retryable' }, status);
    else t.like(await attempt, { status: 'queued', attempts: 0, nextAttemptAt: scope.now() }, status);
  }
  await t.throwsAsync(retryDelivery(scope, 999 as DeliveryId), { code: 'not_found' });
});

test('cancelling is possible until a delivery is under way, and twice is once', async (t) => {
  const { scope, messageId, events } = await sent(t, ['jan@customer.test']);
  const [delivery] = await deliveriesOf(scope, [messageId]);
  for (const status of DELIVERY_STATUSES) {
    await scope.db('deliveries').update({ status });
    const before = (await events()).length;
    const attempt = cancelDelivery(scope, delivery?.id as DeliveryId);
    if (status === 'sending' || status === 'sent' || status === 'delivered')
      await t.throwsAsync(attempt, { code: 'delivery_not_cancellable' }, status);
    else t.is((await attempt).status, 'cancelled', status);
    if (status === 'cancelled') t.is((await events()).length, before);
  }
  await t.throwsAsync(cancelDelivery(scope, 999 as DeliveryId), { code: 'not_found' });
});

test('the queue shows what waits or failed, newest first, page by page, in one query', async (t) => {
  const house = await sent(
    t,
    DELIVERY_STATUSES.map((status) => `${status}@x.test`),
  );
  for (const status of DELIVERY_STATUSES)
    await house.scope
      .db('deliveries')
      .where({ address: `${status}@x.test` })
      .update({ status });
  let queries = 0;
  house.scope.db.on('query', () => {
    queries += 1;
  });
  const page = await listDeliveries(house.scope, { limit: 4 });
  t.is(queries, 1);
  t.deepEqual(
    page.items.map((one) => one.status),
    ['unknown', 'failed', 'bounced', 'deferred'],
  );
  t.like(page.items[0], { subject: 'Broken washing machine', inboxName: 'help@company.test', conversationId: house.conversationId });
  const rest = await listDeliveries(house.scope, { limit: 4, cursor: page.next ?? '' });
  t.deepEqual([rest.items.map((one) => one.status), rest.next], [['sending', 'queued'], null]);
  t.deepEqual(
    (await listDeliveries(house.scope, { status: 'sent' })).items.map((one) => one.address),
    ['sent@x.test'],
  );
  await t.throwsAsync(listDeliveries(house.scope, { cursor: 'x' }), { code: 'invalid' });
});
