import test from 'ava';
import { beginBulk, reverseBulk } from '../../core/bulk-actions/begin.ts';
import { workOff } from '../../core/bulk-actions/run.ts';
import { closeConversation } from '../../core/conversations/close.ts';
import { ignoreConversation, unignoreConversation } from '../../core/conversations/ignore.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { withdrawMessage } from '../../core/messages/withdraw.ts';
import { readReport } from '../../core/statistics/report.ts';
import { type House, houseFor } from '../support/house.ts';
import { bringUpToDate, NOVEMBER } from '../support/statistics.ts';

const sendAndClose = ({ agentScope, endpoints, agentId }: House, conversationId: ConversationId) =>
  replyToConversation(agentScope, endpoints, {
    conversationId,
    authorId: agentId,
    text: 'Gotowe',
    html: null,
    attachments: [],
    close: true,
  });

const totals = async ({ scope }: House) => {
  await bringUpToDate(scope);
  const { answers, sent, closed, first } = (await readReport(scope, NOVEMBER)).totals;
  return { answers, sent, closed, isFirst: first.median !== null };
};

const NONE = { answers: 0, sent: 0, closed: 0, isFirst: false };
const ONE = { answers: 1, sent: 1, closed: 1, isFirst: true };

for (const isCountedBetween of [true, false])
  test(`an answer that closed a conversation and was taken back${isCountedBetween ? '' : ' at once'} ended neither the waiting nor the conversation`, async (t) => {
    const house = await houseFor(t);
    const { conversationId } = await house.mail({});
    house.pass(30);
    const { messageId } = await sendAndClose(house, conversationId);
    if (isCountedBetween) t.deepEqual(await totals(house), ONE);
    await withdrawMessage(house.agentScope, messageId, house.agentId);
    t.deepEqual(await totals(house), NONE);
    house.pass(10);
    await sendAndClose(house, conversationId);
    t.deepEqual(await totals(house), ONE);
  });

test('a closing of many that is taken back, and an ignoring, end no waiting either; a closing before them stays counted', async (t) => {
  const house = await houseFor(t);
  const { agentScope, scope } = house;
  const { conversationId } = await house.mail({ externalId: '1@x' });
  house.pass(5);
  await closeConversation(agentScope, conversationId);
  house.pass(5);
  await house.mail({ references: ['1@x'] });
  house.pass(5);
  await ignoreConversation(agentScope, conversationId);
  await unignoreConversation(agentScope, conversationId);
  t.deepEqual(await totals(house), { ...NONE, closed: 1 });
  house.pass(5);
  const id = await beginBulk(agentScope, { kind: 'close' }, { ids: [conversationId] });
  await workOff(scope, id, () => {}, 5_000);
  t.is((await totals(house)).closed, 2);
  await reverseBulk(agentScope, id);
  await workOff(scope, id, () => {}, 5_000);
  t.is((await totals(house)).closed, 1);
  house.pass(5);
  await sendAndClose(house, conversationId);
  t.deepEqual(await totals(house), { ...ONE, closed: 2 });
});

test('what was opened or put off with many and is closed again by taking that back was closed once', async (t) => {
  const house = await houseFor(t);
  const { agentScope, scope } = house;
  const { conversationId } = await house.mail({});
  house.pass(5);
  await closeConversation(agentScope, conversationId);
  house.pass(5);
  for (const deed of [{ kind: 'reopen' }, { kind: 'snooze', until: new Date('2026-12-24T08:00:00Z') }] as const) {
    const id = await beginBulk(agentScope, deed, { ids: [conversationId] });
    await workOff(scope, id, () => {}, 5_000);
    await reverseBulk(agentScope, id);
    await workOff(scope, id, () => {}, 5_000);
    t.is((await scope.db('conversations').where({ id: conversationId }).first('status')).status, 'closed');
    t.is((await totals(house)).closed, 1, deed.kind);
  }
});
