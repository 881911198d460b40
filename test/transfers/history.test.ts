import test from 'ava';
import { findConversation, findConversationRow } from '../../core/conversations/list.ts';
import { forwardMessages } from '../../core/forwards/forward.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { listMessages } from '../../core/messages/list.ts';
import { withdrawMessage } from '../../core/messages/withdraw.ts';
import { mergeConversations } from '../../core/transfers/merge.ts';
import { moveMessages } from '../../core/transfers/move.ts';
import { newestPreviews } from '../../core/transfers/preview-store.ts';
import { splitConversation } from '../../core/transfers/split.ts';
import { undoTransfer } from '../../core/transfers/undo.ts';
import { type House, houseFor } from '../support/house.ts';
import { answer } from '../support/sending.ts';
import { everything } from '../support/transfers.ts';

const US = { address: 'help@company.test', name: 'Firma' };
const JAN = { address: 'jan@customer.test', name: 'Jan Żak' };
const at = (day: number): Date => new Date(Date.UTC(2026, 9, day, 8));
const textsOf = async ({ scope }: House, id: ConversationId) => (await listMessages(scope, id)).items.map(({ text }) => text);
const STANDING = ['status', 'snippet', 'lastMessageAt', 'waitingSince', 'lastMessageId', 'unread'] as const;
const shown = async ({ agentScope }: House, id: ConversationId) => {
  const row = await findConversationRow(agentScope, id);
  return Object.fromEntries(STANDING.map((key) => [key, row[key]]));
};

/** A question, our answer, a second question and our second answer, fetched newest first from a mailbox that was connected. */
async function fetched(house: House, thread = 'x') {
  const ids = [];
  const chain = [1, 2, 3, 4].map((n) => `${n}@${thread}`);
  for (const n of [4, 3, 2, 1]) {
    const isOwn = n % 2 === 0;
    const of = { ...(isOwn ? { from: US, to: [JAN], isOwn: true as const } : { from: JAN }), text: `${thread}${n}` };
    const more = {
      externalId: `${n}@${thread}`,
      references: chain.slice(0, n - 1).toReversed(),
      arrivedAt: at(n),
      isHistory: true as const,
    };
    ids.unshift(await house.mail({ ...of, ...more }));
  }
  const [first] = ids;
  return { id: first?.conversationId as ConversationId, messages: ids.map(({ messageId }) => messageId) };
}

test('of fetched history a message and all after it are those that stand below it, wherever they go', async (t) => {
  const house = await houseFor(t);
  const { id, messages } = await fetched(house);
  const third = messages[2];
  if (third === undefined) return t.fail();
  t.deepEqual(await textsOf(house, id), ['x1', 'x2', 'x3', 'x4']);
  const before = await everything(house.scope);
  const { conversationId, transferId } = await splitConversation(house.agentScope, house.endpoints, third, 'onwards');
  t.deepEqual(
    [await textsOf(house, id), await textsOf(house, conversationId)],
    [
      ['x1', 'x2'],
      ['x3', 'x4'],
    ],
  );
  t.like(await shown(house, id), { status: 'closed', snippet: 'x2', lastMessageAt: at(2), waitingSince: null, unread: false });
  t.like(await shown(house, conversationId), { snippet: 'x4', lastMessageAt: at(4), waitingSince: null, unread: false });
  await undoTransfer(house.agentScope, house.endpoints, transferId);
  t.deepEqual((await everything(house.scope))['messages'], before['messages']);
  t.like(await shown(house, id), { status: 'closed', snippet: 'x4', lastMessageAt: at(4), waitingSince: null, unread: false });
  const first = messages[0];
  if (first === undefined) return t.fail();
  await t.throwsAsync(splitConversation(house.agentScope, house.endpoints, first, 'onwards'), { code: 'nothing_left' });
  const other = await house.mail({ from: JAN, text: 'now' });
  await moveMessages(house.agentScope, house.endpoints, third, 'onwards', other.conversationId);
  t.deepEqual(
    [await textsOf(house, id), await textsOf(house, other.conversationId)],
    [
      ['x1', 'x2'],
      ['x3', 'x4', 'now'],
    ],
  );
  t.like(await shown(house, other.conversationId), { snippet: 'now', waitingSince: house.scope.now(), lastMessageAt: house.scope.now() });
});

test('fetched history that is merged is shown by its newest words, is no news and waits for nobody', async (t) => {
  const house = await houseFor(t);
  const [one, two] = [await fetched(house, 'x'), await fetched(house, 'y')];
  const previews = await newestPreviews(house.agentScope, [one.id]);
  t.deepEqual(
    previews.map(({ text }) => text),
    ['x2', 'x3', 'x4'],
  );
  const [merge] = await mergeConversations(house.agentScope, house.endpoints, one.id, [two.id]);
  t.like(await shown(house, one.id), {
    status: 'closed',
    snippet: 'y4',
    lastMessageAt: at(4),
    waitingSince: null,
    lastMessageId: null,
    unread: false,
  });
  const live = await house.mail({ from: JAN, text: 'now' });
  await mergeConversations(house.agentScope, house.endpoints, live.conversationId, [one.id]);
  t.like(await shown(house, live.conversationId), { status: 'open', snippet: 'now', lastMessageId: live.messageId, unread: true });
  t.truthy(merge);
});

test('an answer to fetched history that is taken back leaves the conversation where it was in the list', async (t) => {
  const house = await houseFor(t);
  const { id } = await fetched(house);
  const before = await shown(house, id);
  house.pass(60);
  const { messageId } = await answer(house, id, ['jan@customer.test']);
  await withdrawMessage(house.agentScope, messageId, house.agentId);
  const { lastMessageId: _, ...where } = before;
  t.like(await shown(house, id), where);
});

test('what is forwarded as a whole has also the history that was fetched later', async (t) => {
  const house = await houseFor(t);
  const live = await house.mail({
    from: JAN,
    text: 'now',
    externalId: '5@x',
    references: ['4@x', '3@x', '2@x', '1@x'],
    arrivedAt: house.scope.now(),
  });
  const { id } = await fetched(house);
  t.is(id, live.conversationId);
  t.deepEqual(await textsOf(house, id), ['x1', 'x2', 'x3', 'x4', 'now']);
  const seenMessageId = (await findConversation(house.scope, id))?.lastMessageId ?? undefined;
  t.is(seenMessageId, live.messageId);
  const to = [{ address: 'serwis@naprawa.test', name: null }];
  const order = { conversationId: id, authorId: house.agentId, text: 'fyi', html: null, attachments: [], to, withFiles: false };
  await forwardMessages(house.agentScope, house.endpoints, { ...order, messageId: null, seenMessageId });
  const [forward] = await house.scope.db('forwards');
  t.is(JSON.parse(forward.message_ids).length, 5);
});
