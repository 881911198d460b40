import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { findConversation } from '../../core/conversations/list.ts';
import { transact } from '../../core/db/scope.ts';
import { listDrafts } from '../../core/drafts/save.ts';
import { sendDraft } from '../../core/drafts/send.ts';
import { rescheduleMessage } from '../../core/messages/reschedule.ts';
import { mergeConversations } from '../../core/transfers/merge.ts';
import { houseFor } from '../support/house.ts';
import { DEFERRED, scriptedChannel, work } from '../support/sending.ts';
import { until } from '../support/until.ts';
import { workspaceFor } from '../support/workspace.ts';

const HOUR_MINUTES = 60;
const FIELDS = { to: null, moreTo: '', cc: '', bcc: '', subject: '', inboxId: null, quoted: false, dropped: [] };

async function scheduled(t: Parameters<typeof houseFor>[0], hours: number, stopsOnAnswer = true) {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  const at = new Date(house.scope.now().getTime() + hours * 3_600_000);
  const { messageId } = await sendDraft(house.agentScope, house.endpoints, house.agentId, conversationId, {
    draft: { kind: 'reply', html: '', text: 'Przypominam', fields: FIELDS },
    to: [{ address: 'jan@customer.test', name: null }],
    ...{ cc: [], bcc: [], attachments: [], close: true, schedule: { at, stopsOnAnswer }, seenMessageId: null },
  });
  const [ours] = await house.scope.db('messages').where({ id: messageId });
  return { house, conversationId, messageId, at, reference: ours.external_id as string };
}

test('a scheduled message leaves at its moment and not before', async (t) => {
  const { house } = await scheduled(t, 20);
  const channel = scriptedChannel();
  const worker = work(t, house, channel.send);
  house.pass(20 * HOUR_MINUTES - 1);
  worker.wake();
  await worker.stop();
  t.is(channel.sent.length, 0);
  house.pass(1);
  work(t, house, channel.send);
  await until('it is sent', () => channel.sent.length === 1);
});

test('a scheduled message is dated when it was to leave, on each attempt, not when it was written', async (t) => {
  const { house, at } = await scheduled(t, 7 * 24);
  const channel = scriptedChannel(() => DEFERRED);
  const worker = work(t, house, channel.send);
  house.pass(7 * 24 * HOUR_MINUTES);
  worker.wake();
  await until('it is put off', () => channel.sent.length === 1);
  await until('that is recorded', async () => (await house.scope.db('deliveries').first('status')).status === 'deferred');
  house.pass(5);
  worker.wake();
  await until('it is tried again', () => channel.sent.length === 2);
  t.deepEqual(
    channel.sent.map(({ writtenAt }) => writtenAt),
    [at, at],
  );
});

test('a scheduled message that is sent before its moment is dated when that was decided', async (t) => {
  const { house, messageId } = await scheduled(t, 7 * 24);
  const channel = scriptedChannel();
  const worker = work(t, house, channel.send);
  house.pass(3 * 24 * HOUR_MINUTES);
  const decided = house.scope.now();
  await rescheduleMessage(house.agentScope, messageId, null);
  house.pass(2);
  worker.wake();
  await until('it is sent', () => channel.sent.length === 1);
  t.deepEqual(channel.sent[0]?.writtenAt, decided);
});

test('a scheduled message is moved, or sent at once, while nobody has tried to send it', async (t) => {
  const { house, messageId, at } = await scheduled(t, 20);
  const sooner = new Date(at.getTime() - 3_600_000);
  await rescheduleMessage(house.agentScope, messageId, sooner);
  const [delivery] = await house.scope.db('deliveries');
  t.is(delivery.next_attempt_at, sooner.toISOString());
  t.is(new Date(delivery.expires_at).getTime() - sooner.getTime(), 4 * 24 * 3_600_000, 'its four days begin at the new moment');
  await t.throwsAsync(rescheduleMessage(house.agentScope, messageId, new Date(house.scope.now().getTime() - 1)), { code: 'invalid' });
  await t.throwsAsync(rescheduleMessage(house.agentScope, messageId, new Date('2031-01-01')), { code: 'invalid' });
  const channel = scriptedChannel();
  const worker = work(t, house, channel.send);
  await rescheduleMessage(house.agentScope, messageId, null);
  worker.wake();
  await until('it is sent', async () => (await house.scope.db('deliveries').first('status')).status === 'sent');
  await t.throwsAsync(rescheduleMessage(house.agentScope, messageId, at), { code: 'message_not_withdrawable' });
});

test('a message that gets another moment while it is merged into another conversation is counted anew there', async (t) => {
  const { house, conversationId, messageId } = await scheduled(t, 20);
  const { agentScope, endpoints, scope } = house;
  const into = (await house.mail({ from: { address: 'ewa@customer.test', name: null }, externalId: 'other@x' })).conversationId;
  const { promise: isMerged, resolve } = Promise.withResolvers<void>();
  const merger = transact(agentScope, async (tx) => {
    await mergeConversations(tx, endpoints, into, [conversationId]);
    resolve();
    await wait(100);
  });
  await isMerged;
  await Promise.all([merger, rescheduleMessage(agentScope, messageId, null)]);
  const told = await scope.db('events').where({ type: 'message.scheduled' }).orderBy('id', 'desc').first('data');
  t.is(JSON.parse(told.data).conversationId, into);
});

test('a scheduled message goes back to its author’s draft when the customer writes first', async (t) => {
  const { house, conversationId, reference } = await scheduled(t, 20);
  await house.mail({ references: [reference], text: 'Już wiem, dziękuję' });
  t.deepEqual(await house.scope.db('deliveries'), []);
  t.like((await listDrafts(house.scope, house.agentId))[0], { conversationId, text: 'Przypominam' });
  t.like(await findConversation(house.scope, conversationId), { status: 'open', snippet: 'Już wiem, dziękuję', messageCount: 2 });
  t.deepEqual((await house.events()).slice(-4), [
    'message.withdrawn',
    'notifications.changed',
    'conversation.reopened',
    'message.received',
  ]);
});

test('an automatic answer, or a wish of the author, lets a scheduled message go on', async (t) => {
  const first = await scheduled(t, 20);
  await first.house.mail({ references: [first.reference], text: 'Urlop do piątku', automated: true });
  t.is((await first.house.scope.db('deliveries')).length, 1);
  const second = await scheduled(t, 20, false);
  await second.house.mail({ references: [second.reference], text: 'I jeszcze jedno' });
  t.is((await second.house.scope.db('deliveries')).length, 1);
});

test('the conversation and the queue say when a message leaves, and that the customer wrote meanwhile', async (t) => {
  const { anna, mail, scope } = await workspaceFor(t);
  await mail({});
  await anna.get('/conversations/1');
  const sent = await anna.post('/conversations/1/messages', {
    ...{ kind: 'reply', text: 'Jutro', to: 'jan@customer.test', sendAt: 'typed', sendAtLocal: '2026-11-25T08:00' },
  });
  t.is(sent.status, 303);
  const [message] = await scope.db('messages').where({ direction: 'outbound' });
  t.is(message.scheduled_at, '2026-11-25T07:00:00.000Z');
  const { text } = await anna.get('/conversations/1');
  for (const part of ['Zaplanowana na', '25 lis 2026, 08:00', 'value="2026-11-25T08:00"', 'zaplanowana</span>'])
    t.true(text.includes(part), part);
  t.true((await anna.get('/deliveries')).text.includes('zaplanowana'));
  await mail({ references: [message.external_id] });
  t.true((await anna.get('/conversations/1')).text.includes('Klient napisał, odkąd zaplanowano'));

  for (const [fields, problem] of [
    [{ sendAt: 'typed', sendAtLocal: '' }, 'Podaj datę i godzinę'],
    [{ sendAt: 'typed', sendAtLocal: '2026-11-24T09:59' }, 'Ten termin już minął'],
    [{ sendAtLocal: '2028-01-01T08:00' }, 'najdalej za rok'],
    [{ sendAt: 'bzdura' }, 'Podaj datę i godzinę'],
  ] as const) {
    const refused = await anna.post('/conversations/1/messages', { kind: 'reply', text: 'Jeszcze', to: 'jan@customer.test', ...fields });
    t.is(refused.status, 422, JSON.stringify(fields));
    t.true(refused.text.includes(problem), problem);
  }
  const moved = await anna.post(`/messages/${message.id}/schedule`, { sendAtLocal: '2026-11-26T10:00' });
  t.is(moved.location, '/conversations/1');
  t.is((await scope.db('deliveries').first('next_attempt_at')).next_attempt_at, '2026-11-26T09:00:00.000Z');
  await anna.post(`/messages/${message.id}/schedule`, { sendAtLocal: 'nigdy' });
  t.true((await anna.get('/conversations/1')).text.includes('Podaj datę i godzinę wysłania'));
  await anna.post(`/messages/${message.id}/schedule`, { now: 'yes' });
  t.is((await scope.db('deliveries').first('next_attempt_at')).next_attempt_at, scope.now().toISOString());
});
