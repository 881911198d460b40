import test from 'ava';
import { findConversation, listConversations } from '../../core/conversations/list.ts';
import { recountCounters } from '../../core/conversations/recount.ts';
import { transact } from '../../core/db/scope.ts';
import { namesOf } from '../../core/events/stream.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { listMessages } from '../../core/messages/list.ts';
import { deleteConversations } from '../../core/purges/delete-store.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { transfersOf } from '../../core/transfers/list.ts';
import { mergeConversations } from '../../core/transfers/merge.ts';
import { splitConversation } from '../../core/transfers/split.ts';
import { undoTransfer } from '../../core/transfers/undo.ts';
import { type House, houseFor } from '../support/house.ts';
import { planOf } from '../support/queries.ts';
import { answer } from '../support/sending.ts';

const merge = (house: House, into: ConversationId, ...others: ConversationId[]) =>
  mergeConversations(house.agentScope, house.endpoints, into, others);
const tokenOf = async ({ scope }: House, id: ConversationId) => (await findConversation(scope, id))?.replyToken ?? '';

test('conversations of two inboxes become one, and answers to the addresses of either find it', async (t) => {
  const house = await houseFor(t);
  const sales = await house.addInbox('sales@company.test');
  const a = await house.mail({ text: 'to help', externalId: 'a@customer.test' });
  const b = await house.mail({ text: 'to sales', externalId: 'b@customer.test' }, { inboxId: sales });
  const stranger = await house.mail({ text: 'another', externalId: 'c@customer.test' }, { inboxId: sales });
  await answer(house, a.conversationId, ['jan@customer.test']);
  await merge(house, b.conversationId, a.conversationId);
  const [tokenA, tokenB] = [await tokenOf(house, a.conversationId), await tokenOf(house, b.conversationId)];
  const arrivals = [
    [{ replyTokens: [tokenA] }, house.inboxId],
    [{ replyTokens: [tokenB] }, house.inboxId],
    [{ replyTokens: [tokenB] }, sales],
    [{ references: ['a@customer.test'] }, house.inboxId],
    [{ references: ['a@customer.test'] }, sales],
    [{ references: ['b@customer.test'] }, sales],
    [{ subject: `[#${a.conversationId}]` }, house.inboxId],
    [{ subject: `[#${b.conversationId}]` }, sales],
  ] as const;
  for (const [message, inboxId] of arrivals) {
    const taken = await house.mail({ ...message, text: 'later' }, { inboxId });
    t.is(taken.conversationId, b.conversationId, JSON.stringify([message, inboxId]));
    t.is((await listMessages(house.scope, b.conversationId)).items.at(-1)?.inboxId, inboxId);
  }
  const apart = await house.mail({ replyTokens: [await tokenOf(house, stranger.conversationId)] }, { inboxId: house.inboxId });
  t.not(apart.conversationId, stranger.conversationId, 'a token of another inbox still finds nothing');
});

test('of two agents who merge two conversations into each other at the same moment one wins, and nothing runs in a ring', async (t) => {
  const house = await houseFor(t);
  const [a, b] = [(await house.mail({ text: 'a' })).conversationId, (await house.mail({ text: 'b' })).conversationId];
  const done = await Promise.allSettled([merge(house, a, b), merge(house, b, a)]);
  t.deepEqual(done.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  const rows = await Promise.all([a, b].map((id) => findConversation(house.scope, id)));
  t.is(rows.filter((row) => row?.mergedIntoId === null).length, 1);
  t.deepEqual(await recountCounters(house.scope), []);
});

test('a mail and a merge at the same moment end in one conversation', async (t) => {
  const house = await houseFor(t);
  const a = await house.mail({ text: 'a', externalId: 'a@customer.test' });
  const b = (await house.mail({ text: 'b' })).conversationId;
  await Promise.all([house.mail({ text: 'meanwhile', references: ['a@customer.test'] }), merge(house, b, a.conversationId)]);
  t.is((await listMessages(house.scope, b)).items.length, 3);
  t.like(await findConversation(house.scope, b), { messageCount: 3 });
});

test('merged spam takes all of it out of sight and brings all of it back, and the ledger follows', async (t) => {
  const house = await houseFor(t);
  const [a, b] = [(await house.mail({ text: 'alpha' })).conversationId, (await house.mail({ text: 'beta' })).conversationId];
  const [id] = await merge(house, b, a);
  const statuses = () => house.scope.db('raw_inbound').orderBy('id').pluck('status');
  const found = async (q: string) => (await listConversations(house.agentScope, { q })).items.map((row) => row.id);
  t.deepEqual([await found('alpha'), await statuses()], [[b], ['received', 'received']]);
  await markSpam(house.scope, b, true);
  t.deepEqual([await found('alpha'), await statuses()], [[], ['spam', 'spam']]);
  await t.throwsAsync(undoTransfer(house.agentScope, house.endpoints, id as NonNullable<typeof id>), { code: 'conversation_is_spam' });
  await markSpam(house.scope, b, false);
  t.deepEqual([await found('alpha'), await statuses()], [[b], ['received', 'received']]);
  await undoTransfer(house.agentScope, house.endpoints, id as NonNullable<typeof id>);
  t.deepEqual(await found('alpha'), [a]);
  t.deepEqual(await recountCounters(house.scope), []);
});

test('a conversation that is deleted takes the numbers that lead to it along', async (t) => {
  const house = await houseFor(t);
  const [a, b] = [(await house.mail({})).conversationId, (await house.mail({})).conversationId];
  await merge(house, b, a);
  await markSpam(house.scope, b, true);
  await transact(house.scope, (tx) => deleteConversations(tx, [b]));
  t.deepEqual(await house.scope.db('conversations').pluck('id'), []);
  t.deepEqual(await house.scope.db('transfers').pluck('id'), []);
});

test('windows that show either side of a transfer are told of it', (t) => {
  const data = { conversationId: 2, otherId: 1, transferId: 1 } as never;
  for (const type of ['conversation.merged', 'conversation.split', 'message.moved', 'transfer.undone'] as const) {
    const names = namesOf({ type, data });
    for (const name of ['conversations', 'conversation-1', 'conversation-2']) t.true(names.includes(name), `${type} ${name}`);
  }
});

test('what a conversation shows of transfers is read through indexes', async (t) => {
  const house = await houseFor(t);
  const [a, b] = [(await house.mail({})).conversationId, (await house.mail({})).conversationId];
  await merge(house, b, a);
  const asked: { sql: string; bindings: readonly unknown[] }[] = [];
  const note = (query: { sql: string; bindings: readonly unknown[] }): void => void asked.push(query);
  house.scope.db.on('query', note);
  await transfersOf(house.scope, b);
  await listConversations(house.agentScope, { q: `#${a}` });
  house.scope.db.off('query', note);
  for (const { sql, bindings } of asked.filter(({ sql }) => /transfers|merged_into_id/.test(sql))) {
    const plan = await planOf(house.scope.db, sql, bindings);
    t.notRegex(plan, /SCAN (t|transfers|conversations|c)\b(?! USING)|Seq Scan on (transfers|conversations)/, `${sql}\n${plan}`);
  }
});

test('the mark of a pretended sender goes where his message goes, and comes back with it', async (t) => {
  const house = await houseFor(t);
  const unchecked = { ip: '192.0.2.1', helo: null, fromDomain: 'x.test', spf: null, dkim: [], dmarc: null, arc: null };
  const verdict = { authentication: { ...unchecked, origin: 'outside' as const, pretences: ['our_name' as const] }, spam: null };
  const honest = await house.mail({ text: 'honest', externalId: 'h@customer.test' });
  const false_ = await house.mail({ text: 'false', references: ['h@customer.test'] }, { verdict });
  await house.scope
    .db('raw_inbound')
    .where({ id: false_.record.id })
    .update({ authentication: JSON.stringify(verdict.authentication) });
  const marks = async (...ids: ConversationId[]) => Promise.all(ids.map(async (id) => (await findConversation(house.scope, id))?.pretends));
  t.deepEqual(await marks(honest.conversationId), [true]);
  const split = await splitConversation(house.agentScope, house.endpoints, false_.messageId, 'one');
  t.deepEqual(await marks(honest.conversationId, split.conversationId), [false, true]);
  await undoTransfer(house.agentScope, house.endpoints, split.transferId);
  t.deepEqual(await marks(honest.conversationId), [true]);
});
