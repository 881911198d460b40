import test from 'ava';
import { pausedSince, resume } from '../../core/acknowledgements/breaker.ts';
import { saveAcknowledgement } from '../../core/acknowledgements/save.ts';
import { blockWhenGone } from '../../core/blocked-addresses/block.ts';
import { lockedConversation } from '../../core/conversations/change.ts';
import { closeConversation } from '../../core/conversations/close.ts';
import { findConversation } from '../../core/conversations/list.ts';
import { hideAsSpam } from '../../core/conversations/spam.ts';
import { transact } from '../../core/db/scope.ts';
import { settleRaw } from '../../core/ingest/received/store.ts';
import type { InvalidError } from '../../core/lib/errors.ts';
import type { MessageId } from '../../core/lib/ids.ts';
import { listMessages } from '../../core/messages/list.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { withdrawMessage } from '../../core/messages/withdraw.ts';
import { noteRestoredAt } from '../../core/settings/restored-at.ts';
import { acknowledgingHouse } from '../support/acknowledging.ts';
import { mailFrom } from '../support/house.ts';

test('a person who begins a conversation gets one confirmation, and still waits for an answer', async (t) => {
  const { arrive, scope, endpoints, answer, agentId } = await acknowledgingHouse(t);
  const from = { address: 'jan@customer.test', name: 'Jan Żak' };
  const { conversationId, messageId, acknowledged } = await arrive(from.address, { from, externalId: 'q@customer' });
  t.true(acknowledged);
  const [question, ours] = (await listMessages(scope, conversationId)).items;
  t.like(ours, {
    direction: 'outbound',
    automated: true,
    author: null,
    subject: `We have it (${conversationId})`,
    text: `Hello Jan Żak,\nnumber ${conversationId}.\nhelp@company.test, help@company.test`,
    from: { address: 'help@company.test', name: 'help@company.test' },
    to: [{ address: 'jan@customer.test', name: null }],
    references: ['q@customer'],
  });
  t.is(ours?.deliveries[0]?.status, 'queued');
  t.like(await findConversation(scope, conversationId), {
    messageCount: 2,
    lastMessageId: question?.id,
    snippet: 'It does not turn.',
    waitingSince: question?.createdAt,
  });
  t.false(await answer(conversationId), 'the job ran twice');
  const reply = { conversationId, authorId: agentId, text: 'Hello', html: null, attachments: [], seenMessageId: messageId };
  await t.notThrowsAsync(replyToConversation(scope, endpoints, reply), 'who read the question may answer');
});

test('taking an answer back after a confirmation leaves the list with what the customer wrote, and the confirmation itself stays', async (t) => {
  const { arrive, scope, endpoints, agentId } = await acknowledgingHouse(t);
  const { conversationId, messageId } = await arrive('jan@customer.test');
  const before = await findConversation(scope, conversationId);
  const reply = { conversationId, authorId: agentId, text: 'Hello', html: null, attachments: [] };
  const answer = await replyToConversation(scope, endpoints, { ...reply, notBefore: new Date(scope.now().getTime() + 10_000) });
  await withdrawMessage(scope, answer.messageId, agentId);
  t.deepEqual(await findConversation(scope, conversationId), before);
  t.is(before?.lastMessageId, messageId);
  const ours = (await listMessages(scope, conversationId)).items.at(-1);
  t.true(ours?.automated);
  await t.throwsAsync(withdrawMessage(scope, ours?.id as MessageId, agentId), { code: 'message_not_withdrawable' });
});

test('machines, lists, strangers, our own addresses and names behind which nobody reads get no confirmation', async (t) => {
  const { arrive, addInbox, sent } = await acknowledgingHouse(t);
  await addInbox('sales@company.test');
  for (const machine of ['auto-reply', 'list', 'bulk', 'notification', 'delivery', 'disposition', 'feedback'] as const)
    t.false((await arrive(`${machine}@x.test`, { automated: true, machine })).acknowledged, machine);
  for (const address of [
    'sales@company.test',
    'no-reply@x.test',
    'NoReply@x.test',
    'do_not_reply@x.test',
    'nie-odpowiadaj@x.test',
    'mailer-daemon@x.test',
    'postmaster@x.test',
    'bounce+123@x.test',
    'sklep-bounces@x.test',
    'notifications@x.test',
    'unknown@sender.invalid',
    'not an address',
  ])
    t.false((await arrive(address)).acknowledged, address);
  t.is((await sent()).length, 0);
});

test('who goes on in a conversation gets no confirmation', async (t) => {
  const { arrive, sent } = await acknowledgingHouse(t);
  await arrive('jan@customer.test', { externalId: 'one@customer' });
  await arrive('jan@customer.test', { references: ['one@customer'] });
  t.is((await sent()).length, 1);
});

test('an address gets one confirmation a day from all inboxes together', async (t) => {
  const { arrive, pass, addInbox, switchOn } = await acknowledgingHouse(t);
  const sales = await addInbox('sales@company.test');
  await switchOn(sales);
  t.true((await arrive('jan@customer.test')).acknowledged);
  t.false((await arrive('JAN@Customer.test')).acknowledged);
  t.false((await arrive('jan@customer.test', {}, sales)).acknowledged);
  pass(24 * 60 - 1);
  t.false((await arrive('jan@customer.test')).acknowledged);
  pass(1);
  t.true((await arrive('jan@customer.test', {}, sales)).acknowledged);
});

test('what was answered or closed meanwhile, or cannot be sent, gets no confirmation', async (t) => {
  const { take, answer, scope, endpoints, agentId, addInbox, switchOn } = await acknowledgingHouse(t);
  const closed = await take([mailFrom('a@x.test')]);
  await closeConversation(scope, closed.conversationId);
  t.false(await answer(closed.conversationId));
  const answered = await take([mailFrom('b@x.test')]);
  const reply = { conversationId: answered.conversationId, authorId: agentId, text: 'Hello', html: null, attachments: [] };
  await replyToConversation(scope, endpoints, reply);
  t.false(await answer(answered.conversationId));
  const dumb = await addInbox('dumb@company.test', {}, false);
  await switchOn(dumb);
  t.false(await answer((await take([mailFrom('c@x.test')], { inboxId: dumb })).conversationId));
  const silent = await addInbox('silent@company.test');
  t.false(await answer((await take([mailFrom('d@x.test')], { inboxId: silent })).conversationId));
});

test('a sender whose domain disowns the mail gets no confirmation', async (t) => {
  const { take, answer, scope } = await acknowledgingHouse(t);
  const check = (result: 'pass' | 'fail' | 'none') => ({ result, domain: 'x.test', aligned: true });
  for (const [dmarc, spf, gets] of [
    ['fail', 'pass', false],
    ['none', 'fail', false],
    ['pass', 'fail', true],
    ['none', 'none', true],
  ] as const) {
    const { record, conversationId } = await take([mailFrom(`${dmarc}-${spf}@x.test`)]);
    const authentication = {
      ...{ origin: 'outside' as const, ip: '192.0.2.1', helo: null, fromDomain: 'x.test', dkim: [], arc: null, pretences: [] },
      spf: check(spf),
      dmarc: { result: dmarc, policy: null, domain: 'x.test' },
    };
    await transact(scope, (tx) =>
      settleRaw(tx, record, { status: 'received', reason: null, spamReason: null }, { authentication, spam: null }),
    );
    t.is(await answer(conversationId), gets, `${dmarc} ${spf}`);
  }
});

test('spam gets no confirmation', async (t) => {
  const { take, answer, scope, sent } = await acknowledgingHouse(t);
  const { conversationId } = await take([mailFrom('jan@customer.test')]);
  await transact(scope, async (tx) => {
    await hideAsSpam(tx, await lockedConversation(tx, conversationId), { reason: 'agent', score: null });
  });
  t.false(await answer(conversationId));
  t.is((await sent()).length, 0);
});

test('an address that refused for good gets no confirmation, and the job ends', async (t) => {
  const { take, answer, scope, sent } = await acknowledgingHouse(t);
  const { conversationId } = await take([mailFrom('gone@customer.test')]);
  const refusal = { address: 'gone@customer.test', conversationId, reason: '550 5.1.1 no such user', enhancedStatus: '5.1.1' };
  await transact(scope, (tx) => blockWhenGone(tx, refusal));
  t.false(await answer(conversationId));
  t.is((await sent()).length, 0);
});

test('a text that went wrong later sends nothing', async (t) => {
  const { arrive, scope } = await acknowledgingHouse(t);
  await scope.db('acknowledgements').update({ text: '{{ nothing.like.it }}' });
  t.false((await arrive('jan@customer.test')).acknowledged);
});

test('a text that cannot be filled in is refused with its field', async (t) => {
  const { scope, inboxId } = await acknowledgingHouse(t);
  const good = { inboxId, enabled: true, language: 'pl' as const, subject: 'a', text: 'b' };
  for (const [field, value] of [
    ['subject', '{{ contact.secret }}'],
    ['text', '{{ contact.name'],
    ['text', '{% for i in (1..10) %}x{% endfor %}'],
    ['subject', '{% if true %}{% endif %}'],
  ] as const) {
    const error = await t.throwsAsync<InvalidError>(saveAcknowledgement(scope, { ...good, [field]: value }), { code: 'invalid' }, value);
    t.deepEqual(Object.keys(error?.fields ?? {}), [field], value);
  }
});

test('more than a hundred an hour, or twenty a minute, pause them all until an administrator resumes', async (t) => {
  const { arrive, pass, scope } = await acknowledgingHouse(t);
  for (let n = 0; n < 20; n += 1) t.true((await arrive(`a${n}@x.test`)).acknowledged);
  t.false((await arrive('one.too.many@x.test')).acknowledged);
  t.truthy(await pausedSince(scope));
  pass(120);
  t.false((await arrive('later@x.test')).acknowledged);
  await resume(scope);
  await resume(scope);
  t.is(await pausedSince(scope), null);
  t.true((await arrive('again@x.test')).acknowledged);
});

test('who lets them out again at once is not stopped by the next one: only what goes out from then on is counted', async (t) => {
  const { arrive, scope, sent, pass } = await acknowledgingHouse(t);
  for (let n = 0; n <= 20; n += 1) await arrive(`a${n}@x.test`);
  t.truthy(await pausedSince(scope));
  await resume(scope);
  pass(1 / 60);
  for (let n = 0; n < 20; n += 1) t.true((await arrive(`b${n}@x.test`)).acknowledged, String(n));
  t.false((await arrive('one.too.many@x.test')).acknowledged);
  t.truthy(await pausedSince(scope));
  t.is((await sent()).length, 40);
});

test('what a mailbox gives again after a restore is not confirmed a second time, what comes then is', async (t) => {
  const { arrive, scope, pass } = await acknowledgingHouse(t);
  const arrivedAt = scope.now();
  pass(60);
  await transact(scope, noteRestoredAt);
  pass(1);
  t.false((await arrive('jan@customer.test', { arrivedAt })).acknowledged);
  t.true((await arrive('ola@customer.test', { arrivedAt: scope.now() })).acknowledged);
  t.true((await arrive('ewa@customer.test')).acknowledged);
});
