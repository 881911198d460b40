import test from 'ava';
import { closeConversation } from '../../core/conversations/close.ts';
import { readCounterValues } from '../../core/conversations/counters-store.ts';
import { findConversation, findConversationRow, listConversations } from '../../core/conversations/list.ts';
import { markRead } from '../../core/conversations/mark-read.ts';
import { countAll } from '../../core/conversations/recount.ts';
import type { Scope } from '../../core/db/scope.ts';
import { transact } from '../../core/db/scope.ts';
import { claimDue } from '../../core/deliveries/due-store.ts';
import { recordOutcomes } from '../../core/deliveries/record.ts';
import { deliveriesOfMessages } from '../../core/deliveries/store.ts';
import { saveDraft } from '../../core/drafts/save.ts';
import { appliedLabels, labelConversation } from '../../core/labels/apply.ts';
import { addLabel } from '../../core/labels/edit.ts';
import type { ConversationId, LabelId, TransferId } from '../../core/lib/ids.ts';
import { listMessages } from '../../core/messages/list.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { mergeConversations } from '../../core/transfers/merge.ts';
import { undoTransfer } from '../../core/transfers/undo.ts';
import { type House, houseFor } from '../support/house.ts';
import { answer, REFUSED } from '../support/sending.ts';
import { DRAFT, everything } from '../support/transfers.ts';

const merge = (house: House, into: ConversationId, ...others: ConversationId[]) =>
  mergeConversations(house.agentScope, house.endpoints, into, others);
const textsOf = async ({ scope }: House, id: ConversationId) => (await listMessages(scope, id)).items.map(({ text }) => text);

async function countersAreRight(scope: Scope): Promise<boolean> {
  const kept = [...(await readCounterValues(scope))].filter(([, value]) => value !== 0).sort();
  const right = [...(await countAll(scope))].filter(([, value]) => value !== 0).sort();
  return JSON.stringify(kept) === JSON.stringify(right);
}

test('a merge gives the target the labels of both, once each, and undoing takes off those that came', async (t) => {
  const house = await houseFor(t);
  const [a, b] = [(await house.mail({})).conversationId, (await house.mail({})).conversationId];
  const [urgent, paid, shared] = await Promise.all(['Urgent', 'Paid', 'Shared'].map((name) => addLabel(house.scope, name)));
  for (const [id, label] of [
    [a, urgent],
    [a, shared],
    [b, paid],
    [b, shared],
  ] as const)
    await labelConversation(house.agentScope, id, label?.id as LabelId, true);
  const labelsOf = async (id: ConversationId) => (await appliedLabels(house.scope, id)).toSorted((x, y) => x - y);
  const before = await labelsOf(b);
  const [transferId] = await merge(house, b, a);
  t.deepEqual(await labelsOf(b), [urgent?.id, paid?.id, shared?.id].toSorted((x, y) => Number(x) - Number(y)) as LabelId[]);
  t.is((await findConversation(house.scope, b))?.labelCount, 3);
  await undoTransfer(house.agentScope, house.endpoints, transferId as TransferId);
  t.deepEqual(await labelsOf(b), before);
  t.is((await labelsOf(a)).length, 2);
});

test('a merge shows the messages of both in the order in which they came, and leaves a number that leads there', async (t) => {
  const house = await houseFor(t);
  const a = await house.mail({ text: 'first' });
  house.pass(5);
  const b = await house.mail({ text: 'second', from: { address: 'ola@customer.test', name: null } });
  house.pass(5);
  await house.mail({ text: 'third', references: ['x'], replyTokens: [await tokenOf(house, a.conversationId)] });
  await merge(house, b.conversationId, a.conversationId);
  t.deepEqual(await textsOf(house, b.conversationId), ['first', 'second', 'third']);
  t.like(await findConversationRow(house.agentScope, b.conversationId), {
    ...{ messageCount: 3, snippet: 'third', status: 'open', mergedIntoId: null, waitingSince: new Date('2026-11-24T09:00:00.000Z') },
  });
  t.like(await findConversation(house.scope, a.conversationId), { status: 'closed', mergedIntoId: b.conversationId });
  for (const filters of [
    {},
    { status: 'closed' },
    { contactId: (await findConversation(house.scope, a.conversationId))?.contactId },
  ] as const)
    t.false((await listConversations(house.agentScope, filters)).items.some(({ id }) => id === a.conversationId));
  const found = await listConversations(house.agentScope, { q: `#${a.conversationId}` });
  t.deepEqual(
    found.items.map(({ id }) => id),
    [b.conversationId],
  );
  t.true(await countersAreRight(house.scope));
});

test('undoing a merge leaves everything as it was before it', async (t) => {
  const house = await houseFor(t);
  const other: Scope = { ...house.scope, actor: { kind: 'agent', id: await house.addAgent('ola@company.test') } };
  const a = await house.mail({ text: 'first', replyTokens: [] });
  const b = await house.mail({
    text: 'second',
    from: { address: 'ola@customer.test', name: null },
    cc: [{ address: 'c@customer.test', name: null }],
  });
  await answer(house, b.conversationId, ['ola@customer.test']);
  await closeConversation(house.agentScope, b.conversationId);
  await markRead(other, a.conversationId, (other.actor as { id: typeof house.agentId }).id);
  await saveDraft(house.scope, house.agentId, a.conversationId, DRAFT);
  const before = await everything(house.scope);
  house.pass(3);
  const [id] = await merge(house, b.conversationId, a.conversationId);
  t.like(await findConversation(house.scope, b.conversationId), { status: 'open', waitingSince: new Date('2026-11-24T09:00:00.000Z') });
  t.is(await house.scope.db('drafts').where({ conversation_id: b.conversationId }).pluck('agent_id').then(String), String(house.agentId));
  t.true(id !== undefined);
  await undoTransfer(house.agentScope, house.endpoints, id as NonNullable<typeof id>);
  t.deepEqual(await everything(house.scope), before);
  t.true(await countersAreRight(house.scope));
  await t.throwsAsync(undoTransfer(house.agentScope, house.endpoints, id as NonNullable<typeof id>), { code: 'transfer_undone' });
});

test('three merged at once come apart one by one in any order, and end as they began', async (t) => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const house = await houseFor(t);
    const [a, b, c] = [await house.mail({ text: 'a' }), await house.mail({ text: 'b' }), await house.mail({ text: 'c' })];
    house.pass(1);
    await closeConversation(house.agentScope, c.conversationId);
    const before = await everything(house.scope);
    const ids = await merge(house, c.conversationId, a.conversationId, b.conversationId);
    t.deepEqual(await textsOf(house, c.conversationId), ['a', 'b', 'c']);
    for (const place of order) await undoTransfer(house.agentScope, house.endpoints, ids[place] as (typeof ids)[number]);
    t.deepEqual(await everything(house.scope), before, order.join());
    t.true(await countersAreRight(house.scope));
  }
});

test('a conversation merged into one that is merged later leads to the last, and each comes apart by itself', async (t) => {
  const house = await houseFor(t);
  const [a, b, c] = [await house.mail({ text: 'a' }), await house.mail({ text: 'b' }), await house.mail({ text: 'c' })];
  const before = await everything(house.scope);
  const [first] = await merge(house, b.conversationId, a.conversationId);
  const [second] = await merge(house, c.conversationId, b.conversationId);
  t.deepEqual(await textsOf(house, c.conversationId), ['a', 'b', 'c']);
  const found = await listConversations(house.agentScope, { q: `#${a.conversationId}` });
  t.is(found.items[0]?.id, c.conversationId);
  await undoTransfer(house.agentScope, house.endpoints, first as NonNullable<typeof first>);
  t.deepEqual([await textsOf(house, a.conversationId), await textsOf(house, c.conversationId)], [['a'], ['b', 'c']]);
  await undoTransfer(house.agentScope, house.endpoints, second as NonNullable<typeof second>);
  t.deepEqual(await everything(house.scope), before);
});

test('what came after a merge stays where it came when the merge is undone', async (t) => {
  const house = await houseFor(t);
  const a = await house.mail({ text: 'a', externalId: 'a@customer.test' });
  const b = await house.mail({ text: 'b', from: { address: 'ola@customer.test', name: null } });
  await closeConversation(house.agentScope, b.conversationId);
  const [id] = await merge(house, b.conversationId, a.conversationId);
  house.pass(10);
  await house.mail({ text: 'later', references: ['a@customer.test'] });
  await undoTransfer(house.agentScope, house.endpoints, id as NonNullable<typeof id>);
  t.deepEqual([await textsOf(house, a.conversationId), await textsOf(house, b.conversationId)], [['a'], ['b', 'later']]);
  t.like(await findConversation(house.scope, b.conversationId), { status: 'open', waitingSince: new Date('2026-11-24T09:10:00.000Z') });
  await house.mail({ text: 'answers the first', references: ['a@customer.test'] });
  t.deepEqual(await textsOf(house, a.conversationId), ['a', 'answers the first']);
  t.true(await countersAreRight(house.scope));
});

test('what one had not read on either side stays unread after a merge, and what was read stays read', async (t) => {
  const house = await houseFor(t);
  const [a, b] = [await house.mail({ text: 'a' }), await house.mail({ text: 'b' })];
  const unread = async (id: ConversationId) => (await findConversationRow(house.agentScope, id)).unread;
  await markRead(house.agentScope, b.conversationId, house.agentId);
  const [id] = await merge(house, b.conversationId, a.conversationId);
  t.true(await unread(b.conversationId));
  await undoTransfer(house.agentScope, house.endpoints, id as NonNullable<typeof id>);
  t.false(await unread(b.conversationId));
  await markRead(house.agentScope, a.conversationId, house.agentId);
  await merge(house, a.conversationId, b.conversationId);
  t.false(await unread(a.conversationId));
});

test('a delivery that ends while its conversation is merged is recorded where its message is', async (t) => {
  const house = await houseFor(t);
  const [a, b] = [await house.mail({ text: 'a' }), await house.mail({ text: 'b' })];
  const sent = await answer(house, a.conversationId, ['jan@customer.test']);
  const claimed = await transact(house.scope, (tx) =>
    claimDue(tx, new Date(house.scope.now().getTime() + 60_000), { messages: [], inboxes: [] }),
  );
  const [id] = await merge(house, b.conversationId, a.conversationId);
  const [first] = claimed;
  if (!first) throw new Error('nothing was claimed');
  await recordOutcomes(house.scope, [first], new Map([[first.id, REFUSED]]));
  t.like((await deliveriesOfMessages(house.scope, [sent.messageId]))[0], { status: 'failed', conversationId: b.conversationId });
  t.is((await findConversation(house.scope, b.conversationId))?.failedDeliveries, 1);
  t.true(await countersAreRight(house.scope));
  await undoTransfer(house.agentScope, house.endpoints, id as NonNullable<typeof id>);
  t.deepEqual(
    [
      (await findConversation(house.scope, a.conversationId))?.failedDeliveries,
      (await findConversation(house.scope, b.conversationId))?.failedDeliveries,
    ],
    [1, 0],
  );
  t.true(await countersAreRight(house.scope));
});

test('a draft that both conversations have stays in each, so that no letter of it is lost', async (t) => {
  const house = await houseFor(t);
  const [a, b] = [await house.mail({}), await house.mail({})];
  await saveDraft(house.scope, house.agentId, a.conversationId, { ...DRAFT, text: 'for a' });
  await saveDraft(house.scope, house.agentId, b.conversationId, { ...DRAFT, text: 'for b' });
  const before = await house.scope.db('drafts').orderBy('id').select('conversation_id', 'text');
  await merge(house, b.conversationId, a.conversationId);
  t.deepEqual(await house.scope.db('drafts').orderBy('id').select('conversation_id', 'text'), before);
});

test('nothing is merged with itself, with spam, across channels, or with what is not there', async (t) => {
  const house = await houseFor(t);
  const [a, b] = [await house.mail({}), await house.mail({})];
  const chat = await house.addInbox('chat', { addressKind: 'opaque' });
  const c = await house.mail({ from: { address: 'visitor', name: null } }, { inboxId: chat });
  await t.throwsAsync(merge(house, a.conversationId, a.conversationId), { code: 'already_together' });
  await t.throwsAsync(merge(house, a.conversationId, c.conversationId), { code: 'channels_differ' });
  await t.throwsAsync(merge(house, a.conversationId, 999 as ConversationId), { code: 'not_found' });
  await markSpam(house.scope, b.conversationId, true);
  await t.throwsAsync(merge(house, a.conversationId, b.conversationId), { code: 'conversation_is_spam' });
  t.is(
    await house.scope
      .db('transfers')
      .count({ n: '*' })
      .then(([row]) => Number(row?.['n'])),
    0,
  );
});

test('whoever still acts on a merged conversation is told where it went', async (t) => {
  const house = await houseFor(t);
  const [a, b] = [await house.mail({}), await house.mail({})];
  await merge(house, b.conversationId, a.conversationId);
  const error = await t.throwsAsync(answer(house, a.conversationId, ['jan@customer.test']), { code: 'conversation_merged' });
  t.true(JSON.stringify(error).includes(`#${b.conversationId}`));
  await t.throwsAsync(closeConversation(house.agentScope, a.conversationId), { code: 'conversation_merged' });
  await t.throwsAsync(merge(house, a.conversationId, b.conversationId), { code: 'already_together' });
});

async function tokenOf({ scope }: House, id: ConversationId): Promise<string> {
  return (await findConversation(scope, id))?.replyToken ?? '';
}
