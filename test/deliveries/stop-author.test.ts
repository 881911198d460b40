import test from 'ava';
import { changeAgentStatus } from '../../core/agents/edit-agent.ts';
import { findConversation } from '../../core/conversations/list.ts';
import { recountCounters } from '../../core/conversations/recount.ts';
import { cancelDelivery } from '../../core/deliveries/cancel.ts';
import { retryDelivery } from '../../core/deliveries/retry.ts';
import { listDrafts } from '../../core/drafts/save.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { rescheduleMessage } from '../../core/messages/reschedule.ts';
import { withdrawMessage } from '../../core/messages/withdraw.ts';
import { listNotifications } from '../../core/notifications/list.ts';
import { type House, houseFor } from '../support/house.ts';
import { answer, scriptedChannel, work } from '../support/sending.ts';
import { until } from '../support/until.ts';
import { workspaceFor } from '../support/workspace.ts';

const REPLY = { text: 'Przypominam', html: null, attachments: [] };

/** An agent's answer to two recipients waits for tomorrow, and then he goes. */
async function authorLeft(house: House) {
  const { scope, endpoints } = house;
  const { conversationId } = await house.mail({});
  const authorId = await house.addAgent('jan.kowal@company.test');
  const at = new Date(scope.now().getTime() + 86_400_000);
  const { messageId } = await replyToConversation(scope, endpoints, {
    ...REPLY,
    conversationId,
    authorId,
    to: ['jan@customer.test', 'ewa@customer.test'].map((address) => ({ address, name: null })),
    close: true,
    schedule: { at, stopsOnAnswer: false },
  });
  await changeAgentStatus(scope, authorId, 'disabled');
  const deliveries = await scope.db('deliveries').where({ message_id: messageId }).orderBy('id');
  return { house, conversationId, messageId, deliveries };
}

test('what an agent has scheduled is stopped when his account is disabled, and his colleagues see it and why', async (t) => {
  const { house, conversationId, messageId, deliveries } = await authorLeft(await houseFor(t));
  for (const one of deliveries) t.like(one, { status: 'failed', attempts: 0, next_attempt_at: null, note: 'deliveries.note.author_left' });
  t.like(await findConversation(house.scope, conversationId), { status: 'open', failedDeliveries: 2 });
  t.deepEqual(await recountCounters(house.scope), []);
  t.is((await house.scope.db('blocked_addresses')).length, 0);
  house.pass(2 * 24 * 60);
  const channel = scriptedChannel();
  const worker = work(t, house, channel.send);
  worker.wake();
  await worker.stop();
  t.is(channel.sent.length, 0);
  await t.throwsAsync(rescheduleMessage(house.scope, messageId, null), { code: 'message_not_withdrawable' });
});

test('a colleague takes a stopped message into a draft of his own, and the conversation counts no failure any more', async (t) => {
  const { house, conversationId, messageId } = await authorLeft(await houseFor(t));
  const told = async () => (await listNotifications(house.agentScope, house.agentId, {})).items;
  t.like((await told())[0], { kind: 'schedule_orphaned', conversationId, messageId, readAt: null });
  await withdrawMessage(house.scope, messageId, house.agentId);
  t.true((await told()).every(({ readAt }) => readAt !== null));
  t.like((await listDrafts(house.scope, house.agentId))[0], { conversationId, text: 'Przypominam' });
  t.like(await findConversation(house.scope, conversationId), { status: 'open', failedDeliveries: 0, messageCount: 1 });
  t.deepEqual(await recountCounters(house.scope), []);
});

test('a colleague sends a stopped message to one recipient and drops it for the other', async (t) => {
  const { house, conversationId, messageId, deliveries } = await authorLeft(await houseFor(t));
  await retryDelivery(house.agentScope, deliveries[0].id);
  await cancelDelivery(house.agentScope, deliveries[1].id);
  t.like(await findConversation(house.scope, conversationId), { failedDeliveries: 0 });
  const channel = scriptedChannel();
  work(t, house, channel.send);
  const sent = await until('it is sent', () => channel.sent[0]);
  t.deepEqual(
    sent.recipients.map(({ address }) => address),
    ['jan@customer.test'],
  );
  await t.throwsAsync(withdrawMessage(house.scope, messageId, house.agentId), { code: 'message_not_withdrawable' });
});

test('an answer that its author had not scheduled goes out though he is gone, and so does what others scheduled', async (t) => {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  const leaving = await house.addAgent('jan.kowal@company.test');
  await answer({ ...house, agentId: leaving }, conversationId, ['jan@customer.test']);
  const schedule = { at: new Date(house.scope.now().getTime() + 60_000), stopsOnAnswer: false };
  await replyToConversation(house.scope, house.endpoints, { ...REPLY, conversationId, authorId: house.agentId, schedule });
  await changeAgentStatus(house.scope, leaving, 'disabled');
  house.pass(2);
  const channel = scriptedChannel();
  work(t, house, channel.send);
  t.true(await until('both are sent', () => channel.sent.length === 2));
});

test('a stopped message says so in the conversation and in the queue, and offers itself as a draft', async (t) => {
  const workspace = await workspaceFor(t);
  const { conversationId } = await authorLeft(workspace);
  const { text } = await workspace.anna.get(`/conversations/${conversationId}`);
  for (const words of [
    'Wstrzymana, czeka na Twoją decyzję',
    'Weź do swojego szkicu',
    'Konto autora wyłączono, zanim wyszła.',
    ' wstrzymana</span>',
  ])
    t.true(text.includes(words), words);
  t.false(text.includes('Klient napisał, odkąd zaplanowano'));
  const queue = (await workspace.anna.get('/deliveries')).text;
  t.true(queue.includes('wstrzymana</span>') && queue.includes('Konto autora wyłączono'));
});
