import test from 'ava';
import { changeAgentStatus } from '../../core/agents/edit-agent.ts';
import { assignConversation } from '../../core/conversations/assign.ts';
import { cancelDelivery } from '../../core/deliveries/cancel.ts';
import { deliveriesOf } from '../../core/deliveries/list.ts';
import { recordOutcomes } from '../../core/deliveries/record.ts';
import type { AgentId, MessageId } from '../../core/lib/ids.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { eventOf } from '../../core/notifications/events.ts';
import { countUnread, listNotifications } from '../../core/notifications/list.ts';
import { forgetOldNotifications, readAllNotifications, readNotification } from '../../core/notifications/read.ts';
import type { SendOutcome } from '../../core/plugins/contract.ts';
import { type House, houseFor } from '../support/house.ts';
import { planOf } from '../support/queries.ts';
import { ACCEPTED, answer, DEFERRED, REFUSED } from '../support/sending.ts';

/** What the worker does with the channel's answer for every recipient of a message, without waiting for it. */
async function outcome({ scope }: House, id: MessageId, told: SendOutcome, attempts = 1): Promise<void> {
  await scope.db('deliveries').where({ message_id: id }).update({ status: 'sending', attempts, next_attempt_at: null });
  const [first, ...others] = await deliveriesOf(scope, [id]);
  if (!first) throw new Error('no delivery');
  await recordOutcomes(scope, [first, ...others], new Map([first, ...others].map((one) => [one.id, told])));
}

const UNKNOWN: SendOutcome = { state: 'unknown', reason: 'the connection broke after the message' };

const troublesOf = async ({ scope }: House, id: AgentId) =>
  (await listNotifications(scope, id)).items.filter(({ kind }) => eventOf(kind) === 'delivery_trouble');

const seenBy = async (house: House, id: AgentId) =>
  (await troublesOf(house, id)).map(({ kind, why, addresses, times }) => ({ kind, why, addresses: addresses.join(), times }));

test('the author of an answer is told that it was refused, expired, or that nobody can tell', async (t) => {
  const house = await houseFor(t);
  const other = await house.addAgent('piotr@company.test');
  const { conversationId } = await house.mail({});
  const refused = await answer(house, conversationId, ['jan@customer.test', 'ola@customer.test']);
  await outcome(house, refused.messageId, REFUSED);
  house.pass(1);
  const unknown = await answer(house, conversationId, ['ewa@customer.test']);
  await outcome(house, unknown.messageId, UNKNOWN);
  house.pass(1);
  const slow = await answer(house, conversationId, ['iza@customer.test']);
  house.pass(5 * 24 * 60);
  await outcome(house, slow.messageId, DEFERRED, 30);
  const arrived = await answer(house, conversationId, ['ewa@customer.test']);
  await outcome(house, arrived.messageId, ACCEPTED);
  t.deepEqual(await seenBy(house, house.agentId), [
    { kind: 'delivery_expired', why: 'author', addresses: 'iza@customer.test', times: 1 },
    { kind: 'delivery_unknown', why: 'author', addresses: 'ewa@customer.test', times: 1 },
    { kind: 'delivery_failed', why: 'author', addresses: 'jan@customer.test,ola@customer.test', times: 1 },
  ]);
  t.is(await countUnread(house.scope, house.agentId), 3);
  t.deepEqual(await seenBy(house, other), []);
  const [newest] = (await listNotifications(house.scope, house.agentId)).items;
  t.like(newest, { messageId: slow.messageId, subject: 'Broken washing machine', contact: 'jan@customer.test', readAt: null });
  t.regex(newest?.reason ?? '', /^450 later/);
});

test('a bounce that comes later tells the author too, and one that comes twice tells him once', async (t) => {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  const { messageId } = await answer(house, conversationId, ['jan@customer.test']);
  await outcome(house, messageId, ACCEPTED);
  const [{ external_id: externalId }] = await house.scope.db('messages').where({ id: messageId });
  for (const _ of [1, 2])
    await house.report({ about: { externalId, recipient: null }, outcome: 'bounced', status: '5.2.2', diagnostic: '552 full' });
  t.deepEqual(await seenBy(house, house.agentId), [{ kind: 'delivery_failed', why: 'author', addresses: 'jan@customer.test', times: 1 }]);
});

test('when the author cannot log in any more the assignee is told, and without one everybody who can', async (t) => {
  const house = await houseFor(t);
  const [piotr, ewa] = [await house.addAgent('piotr@company.test'), await house.addAgent('ewa@company.test')];
  const { conversationId } = await house.mail({});
  await assignConversation(house.scope, conversationId, piotr);
  const first = await answer(house, conversationId, ['jan@customer.test']);
  const second = await answer(house, conversationId, ['ola@customer.test']);
  await changeAgentStatus(house.scope, house.agentId, 'disabled');
  await outcome(house, first.messageId, REFUSED);
  t.deepEqual(
    (await seenBy(house, piotr)).map(({ why }) => why),
    ['assignee'],
  );
  await assignConversation(house.scope, conversationId, null);
  await readAllNotifications(house.scope, piotr);
  await outcome(house, second.messageId, REFUSED);
  for (const id of [piotr, ewa]) t.is((await seenBy(house, id))[0]?.why, 'anyone');
  t.deepEqual(await seenBy(house, house.agentId), []);
});

test('what happens again in a conversation before it is read is counted in the one notification', async (t) => {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  for (const address of ['a@customer.test', 'b@customer.test', 'c@customer.test']) {
    house.pass(1);
    await outcome(house, (await answer(house, conversationId, [address])).messageId, REFUSED);
  }
  const [only, ...none] = (await listNotifications(house.scope, house.agentId)).items;
  t.deepEqual(none, []);
  t.like(only, { times: 3, addresses: ['c@customer.test'], createdAt: house.scope.now() });
  await readNotification(house.scope, house.agentId, only?.id as never);
  await outcome(house, (await answer(house, conversationId, ['d@customer.test'])).messageId, REFUSED);
  t.deepEqual(
    (await seenBy(house, house.agentId)).map(({ times }) => times),
    [1, 3],
  );
});

test('a notification is over by itself once somebody decided about every failure of the conversation', async (t) => {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  const { messageId } = await answer(house, conversationId, ['jan@customer.test', 'ola@customer.test']);
  await outcome(house, messageId, UNKNOWN);
  const [first, second] = await deliveriesOf(house.scope, [messageId]);
  await cancelDelivery(house.agentScope, first?.id as never);
  t.is(await countUnread(house.scope, house.agentId), 1);
  await cancelDelivery(house.agentScope, second?.id as never);
  t.is(await countUnread(house.scope, house.agentId), 0);
  t.is((await listNotifications(house.scope, house.agentId, { unreadOnly: true })).items.length, 0);
});

test('an answer scheduled until the customer writes tells its author that it stopped; once he is gone a colleague hears that it waits', async (t) => {
  const house = await houseFor(t);
  const piotr = await house.addAgent('piotr@company.test');
  for (const isGone of [false, true]) {
    const externalId = `first-${isGone}@customer.test`;
    const { conversationId } = await house.mail({ externalId });
    await assignConversation(house.scope, conversationId, piotr);
    await replyToConversation(house.scope, house.endpoints, {
      conversationId,
      authorId: house.agentId,
      text: 'A reminder',
      html: null,
      attachments: [],
      schedule: { at: new Date(house.scope.now().getTime() + 86_400_000), stopsOnAnswer: true },
    });
    if (isGone) await changeAgentStatus(house.scope, house.agentId, 'disabled');
    else {
      await house.mail({ references: [externalId] });
      t.like(await house.scope.db('drafts').where({ conversation_id: conversationId }).first(), {
        agent_id: house.agentId,
        text: 'A reminder',
      });
    }
    const [told] = await troublesOf(house, isGone ? piotr : house.agentId);
    if (isGone) t.like(told, { kind: 'schedule_orphaned', why: 'assignee', conversationId });
    else t.like(told, { kind: 'schedule_stopped', why: 'author', conversationId, messageId: null });
  }
});

test('an agent reads only his own notifications, and what he has read goes after ninety days', async (t) => {
  const house = await houseFor(t);
  const piotr = await house.addAgent('piotr@company.test');
  for (const address of ['a@customer.test', 'b@customer.test']) {
    const { conversationId } = await house.mail({});
    await outcome(house, (await answer(house, conversationId, [address])).messageId, REFUSED);
  }
  const [mine] = (await listNotifications(house.scope, house.agentId)).items;
  await t.throwsAsync(readNotification(house.scope, piotr, mine?.id as never), { code: 'not_found' });
  t.is(await countUnread(house.scope, house.agentId), 2);
  await readNotification(house.scope, house.agentId, mine?.id as never);
  house.pass(89 * 24 * 60);
  t.is(await forgetOldNotifications(house.scope), 0);
  house.pass(2 * 24 * 60);
  t.is(await forgetOldNotifications(house.scope), 1);
  t.is(await countUnread(house.scope, house.agentId), 1);
});

test('pages of notifications, the counter and the nightly cleaning read an index', async (t) => {
  const { scope } = await houseFor(t);
  const statements = [
    'select * from notifications where agent_id = 1 order by created_at desc, id desc limit 51',
    "select * from notifications where agent_id = 1 and (created_at, id) < ('2026', 7) order by created_at desc, id desc limit 51",
    'select conversation_id from notifications where agent_id = 1 and read_at is null limit 100',
    'select * from notifications where agent_id = 1 and read_at is null order by created_at desc, id desc limit 51',
    "select id from notifications where read_at is not null and read_at < '2026' limit 500",
    'select id from notifications where conversation_id = 7 and read_at is null',
  ];
  for (const sql of statements) {
    const plan = await planOf(scope.db, sql, []);
    t.regex(plan, /notifications_/, sql);
    t.notRegex(plan, /Seq Scan|SCAN notifications(?! USING)|TEMP B-TREE|^\s*Sort/m, sql);
  }
});
