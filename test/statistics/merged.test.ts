import test, { type ExecutionContext } from 'ava';
import { closeConversation } from '../../core/conversations/close.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { countAnew } from '../../core/statistics/fold.ts';
import { readReport } from '../../core/statistics/report.ts';
import { mergeConversations } from '../../core/transfers/merge.ts';
import { undoTransfer } from '../../core/transfers/undo.ts';
import { houseFor } from '../support/house.ts';
import { allCounts, bringUpToDate, NOVEMBER } from '../support/statistics.ts';

const WANTED = { ...NOVEMBER, until: '2026-12-31' };
const DAY = 1_440;

async function desk(t: ExecutionContext) {
  const house = await houseFor(t);
  const { scope, agentScope, agentId, endpoints } = house;
  const from = (name: string) => ({ from: { address: `${name}@klient.test`, name: null } });
  const answer = (conversationId: ConversationId) =>
    replyToConversation(agentScope, endpoints, { conversationId, authorId: agentId, text: 'Tak', html: null, attachments: [] });
  const times = async () => {
    await bringUpToDate(scope);
    const { totals } = await readReport(scope, WANTED);
    return { answers: totals.answers, onTime: totals.onTime, closed: totals.closed, isQuick: (totals.answer.p90 ?? 0) < 8_000 };
  };
  return { ...house, from, answer, times };
}

test('who wrote his thanks into a conversation that was closed waits for nothing once it is merged into another one', async (t) => {
  const { scope, agentScope, endpoints, mail, pass, from, answer, times } = await desk(t);
  const { conversationId: thanks } = await mail(from('jan'));
  await closeConversation(agentScope, thanks);
  pass(21 * DAY);
  const { conversationId: matter } = await mail(from('jan2'));
  pass(60);
  await answer(matter);
  const before = await times();
  t.deepEqual(before, { answers: 1, onTime: 1, closed: 1, isQuick: true });
  const [transferId] = await mergeConversations(agentScope, endpoints, matter, [thanks]);
  t.deepEqual(await times(), before);
  pass(60);
  await answer(matter);
  t.deepEqual(await times(), before, 'nobody waits there');
  const all = await allCounts(scope);
  await countAnew(scope);
  t.deepEqual([await times(), await allCounts(scope)], [before, all], 'whatever is counted together');
  await undoTransfer(agentScope, endpoints, transferId as never);
  t.deepEqual(await times(), before);
});

test('before two conversations became one an answer or an end in one of them ended no waiting in the other; afterwards it ends all', async (t) => {
  const { agentScope, endpoints, mail, pass, from, answer, times } = await desk(t);
  const { conversationId: first } = await mail(from('jan'));
  pass(10);
  const { conversationId: second } = await mail(from('ola'));
  pass(10);
  await answer(second);
  await mail({ ...from('ola'), replyTokens: [] });
  await closeConversation(agentScope, second);
  pass(30);
  const third = await mail(from('ewa'));
  await answer(first);
  pass(10);
  t.deepEqual(await times(), { answers: 2, onTime: 2, closed: 1, isQuick: true });
  await mergeConversations(agentScope, endpoints, first, [second, third.conversationId]);
  t.deepEqual(await times(), { answers: 2, onTime: 2, closed: 1, isQuick: true });
  pass(10);
  await answer(first);
  t.like(await times(), { answers: 3 }, 'the one who still waited');
});
