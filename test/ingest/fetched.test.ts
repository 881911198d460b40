import test from 'ava';
import { findConversation, findConversationRow } from '../../core/conversations/list.ts';
import type { Verdict } from '../../core/ingest/verdict.ts';
import { listMessages } from '../../core/messages/list.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { storiesOf } from '../../core/statistics/fold-store.ts';
import { type House, houseFor } from '../support/house.ts';

const US = { address: 'help@company.test', name: 'Firma' };
const JAN = { address: 'jan@customer.test', name: 'Jan Żak' };
const at = (day: number, hour = 8): Date => new Date(Date.UTC(2026, 10, day, hour));
const old = (day: number, more: Parameters<House['mail']>[0]) => ({ arrivedAt: at(day), isHistory: true as const, ...more });
const texts = async (house: House, id: Parameters<typeof listMessages>[1]) =>
  (await listMessages(house.scope, id)).items.map(({ text }) => text);

test('history that comes newest first, from two folders, is one conversation in the order of its time, and no news', async (t) => {
  const house = await houseFor(t);
  const { mail } = house;
  await mail(old(5, { from: JAN, externalId: '3@x', references: ['2@x', '1@x'], text: 'Dziękuję' }));
  await mail(old(3, { from: JAN, externalId: '1@x', text: 'Pytanie' }));
  await mail(old(4, { from: US, to: [JAN], externalId: '2@x', references: ['1@x'], text: 'Odpowiedź', isOwn: true }));
  const { conversationId } = await mail(old(6, { from: US, to: [JAN], references: ['3@x'], text: 'Proszę', isOwn: true }));
  t.deepEqual(await texts(house, conversationId), ['Pytanie', 'Odpowiedź', 'Dziękuję', 'Proszę']);
  const row = await findConversationRow(house.agentScope, conversationId);
  t.like(row, { status: 'closed', waitingSince: null, unread: false, snippet: 'Proszę', messageCount: 4, contact: { name: 'Jan Żak' } });
  t.deepEqual([row.lastMessageAt, row.closedAt], [at(6), at(6)]);
  t.is((await house.scope.db('conversations')).length, 1);
  t.deepEqual([...new Set(await house.events())], ['contact.created', 'message.imported']);
  t.is((await house.scope.db('awaited_messages')).length, 0);
  const [story] = await storiesOf(house.scope, [conversationId]);
  t.deepEqual(story?.messages, [
    { authorId: null, at: at(3) },
    { authorId: 0, at: at(4) },
    { authorId: null, at: at(5) },
    { authorId: 0, at: at(6) },
  ]);
});

test('history whose last word is a person without an answer is open and waits since then; what a machine wrote is closed', async (t) => {
  const house = await houseFor(t);
  const later = await house.mail(old(7, { from: JAN, externalId: '2@x', references: ['1@x'], text: 'Halo?' }));
  await house.mail(old(6, { from: JAN, externalId: '1@x', text: 'Pytanie' }));
  t.like(await findConversationRow(house.agentScope, later.conversationId), {
    status: 'open',
    waitingSince: at(6),
    lastMessageAt: at(7),
    unread: false,
  });
  const news = await house.mail(old(7, { from: { address: 'news@shop.test', name: null }, automated: true, machine: 'bulk' }));
  t.like(await findConversationRow(house.agentScope, news.conversationId), { status: 'closed', waitingSince: null });
});

test('an answer from another program ends the waiting, and what the customer writes to it joins', async (t) => {
  const house = await houseFor(t);
  const asked = await house.mail({ from: JAN, externalId: '1@x', text: 'Pytanie' });
  house.pass(60);
  const own = await house.mail({
    from: US,
    to: [JAN],
    externalId: '2@x',
    references: ['1@x'],
    text: 'Z Outlooka',
    isOwn: true,
    arrivedAt: house.scope.now(),
  });
  t.is(own.conversationId, asked.conversationId);
  t.like(await findConversationRow(house.agentScope, asked.conversationId), { status: 'open', waitingSince: null, unread: true });
  const { items } = await listMessages(house.scope, asked.conversationId);
  t.like(items[1], { direction: 'outbound', kind: 'reply', author: null, from: US, to: [JAN], deliveries: [] });
  const fresh = await house.mail({
    from: US,
    to: [{ address: 'ewa@customer.test', name: 'Ewa' }],
    externalId: '9@x',
    isOwn: true,
    arrivedAt: house.scope.now(),
  });
  t.like(await findConversationRow(house.agentScope, fresh.conversationId), {
    status: 'open',
    contact: { name: 'Ewa', address: 'ewa@customer.test' },
  });
  const answer = await house.mail({ from: { address: 'ewa@customer.test', name: 'Ewa' }, references: ['9@x'] });
  t.is(answer.conversationId, fresh.conversationId);
});

test('our own copy in the folder of sent mail is known, and is no loop', async (t) => {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({ from: JAN });
  const { messageId } = await replyToConversation(house.agentScope, house.endpoints, {
    conversationId,
    authorId: house.agentId,
    text: 'Dzień dobry',
    html: null,
    attachments: [],
  });
  const externalId = (await listMessages(house.scope, conversationId)).items.find(({ id }) => id === messageId)?.externalId ?? '';
  const copy = await house.mail({ from: US, to: [JAN], externalId, isOwn: true, arrivedAt: house.scope.now() });
  t.is(copy.status, 'duplicate');
  t.is((await findConversationRow(house.agentScope, conversationId)).loopedAt, null);
});

test('a mail that was fetched late has the time when it reached the account, in lists and pages', async (t) => {
  const house = await houseFor(t);
  const late = await house.mail({ from: JAN, externalId: '1@x', references: ['0@x'], arrivedAt: at(20) });
  t.like(await findConversationRow(house.agentScope, late.conversationId), {
    waitingSince: at(20),
    lastMessageAt: at(20),
    createdAt: at(20),
  });
  t.true((await house.events()).includes('message.received'));
  for (let n = 1; n <= 4; n += 1) await house.mail(old(n, { from: JAN, references: ['1@x'], text: `${n}` }));
  const page = await listMessages(house.scope, late.conversationId, { limit: 2 });
  const before = await listMessages(house.scope, late.conversationId, { limit: 3, cursor: page.earlier ?? '' });
  t.deepEqual(
    [...before.items, ...page.items].map(({ createdAt }) => createdAt),
    [1, 2, 3, 4, 20].map((day) => at(day)),
  );
});

test('an old report about mail of another program is nothing to look at', async (t) => {
  const house = await houseFor(t);
  const about = { externalId: 'unknown@x', recipient: null };
  await house.report({ about, outcome: 'bounced', isHistory: true });
  t.deepEqual(await house.events(), []);
  await house.report({ about, outcome: 'bounced' });
  t.deepEqual(await house.events(), ['report.unmatched']);
});

test('an answer from another program to what was only taken for spam brings it back; what somebody said is spam stays there', async (t) => {
  const house = await houseFor(t);
  const verdict: Verdict = { authentication: null, spam: { state: 'scored', score: 20, symbols: [] } };
  const answer = (references: readonly string[], more: object = {}) =>
    house.mail({ from: US, to: [JAN], references, isOwn: true, arrivedAt: house.scope.now(), ...more });
  const asked = await house.mail({ from: JAN, externalId: '1@x', text: 'Pytanie' }, { verdict });
  const robot = await answer(['1@x'], { automated: true, machine: 'auto-reply' });
  t.not(robot.conversationId, asked.conversationId);
  house.pass(60);
  const own = await answer(['1@x']);
  t.is(own.conversationId, asked.conversationId);
  t.like(await findConversationRow(house.agentScope, asked.conversationId), { status: 'open', spam: null, waitingSince: null });
  t.like(await house.scope.db('raw_inbound').where({ id: asked.record.id }).first(), { status: 'received', spam_reason: null });
  t.is((await house.scope.db('jobs').where({ kind: 'spam_learn' })).length, 1);
  t.is((await house.mail({ from: JAN, references: ['1@x'] })).conversationId, asked.conversationId);
  const said = await house.mail({ from: JAN, externalId: '2@x', text: 'Kup teraz' });
  await markSpam(house.agentScope, said.conversationId, true);
  const rid = await answer(['2@x']);
  t.not(rid.conversationId, said.conversationId);
  t.like(await findConversation(house.scope, said.conversationId), { spam: { reason: 'agent' } });
});
