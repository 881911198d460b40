import test from 'ava';
import { blockedAmong } from '../../core/blocked-addresses/block.ts';
import { isRecipientGone } from '../../core/blocked-addresses/permanent.ts';
import { deliveriesOf } from '../../core/deliveries/list.ts';
import { retryDelivery } from '../../core/deliveries/retry.ts';
import { houseFor } from '../support/house.ts';
import { httpClient } from '../support/http-client.ts';
import { ACCEPTED, answer, REFUSED, scriptedChannel, settled, work } from '../support/sending.ts';
import { until } from '../support/until.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

test('a refusal blocks when it is about the recipient and for good', (t) => {
  for (const status of ['5.1.0', '5.1.1', '5.1.2', '5.1.3', '5.1.4', '5.1.6', '5.1.10', '5.2.1'])
    t.true(isRecipientGone(status, null), status);
  for (const status of [
    '4.1.1',
    '4.2.1',
    '4.4.7',
    '2.1.5',
    '5.1.5',
    '5.1.7',
    '5.1.8',
    '5.2.2',
    '5.2.3',
    '5.3.4',
    '5.4.1',
    '5.5.0',
    '5.7.1',
    '5.7.26',
  ])
    t.false(isRecipientGone(status, '550 no such user'), status);
  for (const reason of ['550 No such user here', '550 mailbox not found', '553 sorry, no mailbox here by that name', '551 User unknown'])
    for (const status of [null, '5.0.0']) t.true(isRecipientGone(status, reason), reason);
  for (const reason of ['550 message rejected', '550', '450 no such user', '554 no such user', 'no such user', null])
    for (const status of [null, '5.0.0', '4.0.0']) t.false(isRecipientGone(status, reason), `${reason}`);
});

test('a refusal of our own address or of a whole letter blocks nobody', async (t) => {
  for (const [status, reason] of [
    ['5.1.0', '550 5.1.0 <biuro@firma.test>: Sender address rejected: User unknown in local recipient table'],
    [null, '550-Response: 550 No such user here 550 Sender verify failed'],
    ['5.1.1', '550 5.1.1 sender unknown'],
  ] as const)
    t.false(isRecipientGone(status, reason), reason);
  t.true(isRecipientGone('5.1.1', '550 5.1.1 <jan@customer.test>: Recipient address rejected: User unknown'));
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  const { messageId } = await answer(house, conversationId, ['jan@customer.test']);
  work(t, house, scriptedChannel(() => ({ ...REFUSED, aboutRecipient: false })).send);
  const [delivery] = await settled(house, messageId);
  t.like(delivery, { status: 'failed', enhancedStatus: '5.1.1' });
  t.deepEqual(await blockedAmong(house.scope, ['jan@customer.test']), []);
});

test('a full mailbox, too much mail at once or a list that we are on blocks nobody, whatever status comes with it', (t) => {
  for (const [status, reason] of [
    ['5.2.1', '550-5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages'],
    ['5.2.1', '550 5.2.1 The user you are trying to contact is receiving mail too quickly'],
    ['5.1.0', '550-5.1.0 MXIN506 MailFrom domain is listed in Spamhaus. To request removal from this list see https://x.test'],
    ['5.1.1', '552 sorry, mailbox jan@customer.test is over quota temporarily (#5.1.1)'],
    ['5.1.1', '550 5.1.1 <jan@customer.test>: mailbox full'],
    ['5.1.1', '550 5.1.1 rejected: 192.0.2.1 is on our blocklist'],
    [null, '550 user unknown or mailbox is full'],
  ] as const)
    t.false(isRecipientGone(status, reason), reason);
  t.true(isRecipientGone('5.1.1', '550-5.1.1 The email account that you tried to reach does not exist. 550 5.1.1 https://x.test'));
});

test('the first refusal blocks the address, and what waits for it then fails without being sent', async (t) => {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  const first = await answer(house, conversationId, ['jan@customer.test']);
  const channel = scriptedChannel(() => REFUSED);
  const worker = work(t, house, channel.send, { concurrency: 1 });
  const second = await answer(house, conversationId, ['jan@customer.test', 'ola@customer.test']);
  const failed = async (id: typeof first.messageId) => (await deliveriesOf(house.scope, [id]))[0]?.status === 'failed';
  channel.script.answer = (address) => (address === 'jan@customer.test' ? REFUSED : ACCEPTED);
  worker.wake();
  await until('both have failed for Jan', async () => (await failed(first.messageId)) && (await failed(second.messageId)));
  t.deepEqual(
    channel.sent.map((one) => one.recipients.map(({ address }) => address)),
    [['jan@customer.test'], ['ola@customer.test']],
  );
  t.deepEqual(
    (await blockedAmong(house.scope, ['JAN@customer.test', 'ola@customer.test'])).map(({ address, enhancedStatus }) => [
      address,
      enhancedStatus,
    ]),
    [['jan@customer.test', '5.1.1']],
  );
  t.is((await house.events()).filter((type) => type === 'address.blocked').length, 1);
  await t.throwsAsync(answer(house, conversationId, ['jan@customer.test']), { code: 'address_blocked' });
  const [delivery] = await deliveriesOf(house.scope, [first.messageId]);
  await t.throwsAsync(retryDelivery(house.scope, delivery?.id as never), { code: 'address_blocked' });
});

test('a bounce blocks, a deferral does not', async (t) => {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  const { messageId } = await answer(house, conversationId, ['jan@customer.test']);
  await house.scope.db('deliveries').update({ status: 'sent', next_attempt_at: null });
  const [ours] = await house.scope.db('messages').where({ id: messageId });
  const about = { externalId: ours.external_id as string, recipient: 'jan@customer.test' };
  await house.report({ about, outcome: 'deferred', status: '4.2.1', diagnostic: '450 try later' });
  t.deepEqual(await blockedAmong(house.scope, ['jan@customer.test']), []);
  await house.report({ about, outcome: 'bounced', status: '5.1.1', diagnostic: '550 5.1.1 unknown' });
  t.is((await blockedAmong(house.scope, ['jan@customer.test'])).length, 1);
});

test('what was put off until its time was over blocks nothing, whatever was said last', async (t) => {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  const { messageId } = await answer(house, conversationId, ['jan@customer.test']);
  house.pass(5 * 24 * 60);
  const channel = scriptedChannel(() => ({ state: 'deferred', reason: '550 greylisted, user unknown so far', status: null }));
  work(t, house, channel.send).wake();
  const expired = await until('its time is over', async () => {
    const [delivery] = await deliveriesOf(house.scope, [messageId]);
    return delivery?.status === 'failed' ? delivery : null;
  });
  t.is(expired.note, 'deliveries.note.expired');
  t.deepEqual(await blockedAmong(house.scope, ['jan@customer.test']), []);
});

test('a blocked address is red in the composer, marked at the contact, refused with words, and unblocked by an administrator only', async (t) => {
  const { anna, mail, scope, base, piotr } = await workspaceFor(t);
  await mail({});
  const row = {
    address: 'jan@customer.test',
    reason: '550 5.1.1 <b>nobody</b>',
    conversation_id: 1,
    blocked_at: scope.now().toISOString(),
  };
  await scope.db('blocked_addresses').insert(row);
  const { text } = await anna.get('/conversations/1');
  for (const part of ['pill is-blocked', 'Na adres jan@customer.test nie wysyłamy: 550 5.1.1 &lt;b&gt;nobody'])
    t.true(text.includes(part), part);
  t.true((await anna.get('/conversations/1/context')).text.includes('zablokowany</span>'));
  const refused = await anna.post('/conversations/1/messages', { kind: 'reply', text: 'Ważne', to: 'jan@customer.test' });
  t.is(refused.status, 422);
  t.true(refused.text.includes('Na te adresy nie wysyłamy, bo odmówiły przyjęcia poczty: jan@customer.test.'));
  t.deepEqual(await scope.db('drafts').pluck('text'), ['Ważne']);

  const other = httpClient(base);
  signIn(other, piotr);
  t.is((await other.get('/blocked-addresses')).status, 403);
  await other.get('/conversations');
  t.is((await other.post('/blocked-addresses/1/removal')).status, 403);
  t.true((await anna.get('/blocked-addresses?q=CUSTOMER')).text.includes('jan@customer.test'));
  t.false((await anna.get('/blocked-addresses?q=%25')).text.includes('jan@customer.test'));
  t.is((await anna.post('/blocked-addresses/1/removal')).location, '/blocked-addresses');
  t.like((await scope.db('blocked_addresses'))[0], { unblocked_by: 1, unblocked_at: scope.now().toISOString() });
  t.true((await anna.get('/blocked-addresses')).text.includes('Nie ma zablokowanych adresów'));
  t.is((await anna.post('/conversations/1/messages', { kind: 'reply', text: 'Ważne', to: 'jan@customer.test' })).status, 303);
});
