import test from 'ava';
import { acknowledgeNew } from '../../core/acknowledgements/acknowledge.ts';
import { closeConversation } from '../../core/conversations/close.ts';
import { participatesIn } from '../../core/conversations/evidence.ts';
import { findConversation } from '../../core/conversations/list.ts';
import type { ConversationId, MessageId, TransferId } from '../../core/lib/ids.ts';
import { listMessages } from '../../core/messages/list.ts';
import { withdrawMessage } from '../../core/messages/withdraw.ts';
import { moveMessages } from '../../core/transfers/move.ts';
import { splitConversation } from '../../core/transfers/split.ts';
import type { Extent } from '../../core/transfers/types.ts';
import { undoTransfer } from '../../core/transfers/undo.ts';
import { type House, houseFor } from '../support/house.ts';
import { answer } from '../support/sending.ts';
import { everything } from '../support/transfers.ts';

const split = (house: House, id: MessageId, extent: Extent) => splitConversation(house.agentScope, house.endpoints, id, extent);
const undo = (house: House, id: TransferId) => undoTransfer(house.agentScope, house.endpoints, id);
const textsOf = async ({ scope }: House, id: ConversationId) => (await listMessages(scope, id)).items.map(({ text }) => text);
const takesPart = async ({ scope }: House, address: string, id: ConversationId) => (await participatesIn(scope, address, [id])).has(id);

/** A conversation of Jan's with an answer, a new question under another subject, and what he adds to it. */
async function longTalk(house: House) {
  const first = await house.mail({ text: 'washing machine', externalId: '1@customer.test' });
  house.pass(10);
  const { messageId: answerId } = await answer(house, first.conversationId, ['jan@customer.test']);
  house.pass(10);
  const second = await house.mail({
    text: 'the invoice',
    subject: 'Invoice',
    references: ['1@customer.test'],
    externalId: '2@customer.test',
  });
  house.pass(10);
  const third = await house.mail({ text: 'and its date', references: ['2@customer.test'], externalId: '3@customer.test' });
  return { id: first.conversationId, first, answerId, second, third };
}

test('a split from a message on makes a conversation of it and all after it, and answers to them follow', async (t) => {
  const house = await houseFor(t);
  const talk = await longTalk(house);
  const { conversationId } = await split(house, talk.second.messageId, 'onwards');
  t.deepEqual(
    [await textsOf(house, talk.id), await textsOf(house, conversationId)],
    [
      ['washing machine', 'Hello'],
      ['the invoice', 'and its date'],
    ],
  );
  t.like(await findConversation(house.scope, conversationId), {
    ...{ subject: 'Invoice', status: 'open', messageCount: 2, snippet: 'and its date', contactAddress: 'jan@customer.test' },
    ...{ waitingSince: new Date('2026-11-24T09:20:00.000Z') },
  });
  t.like(await findConversation(house.scope, talk.id), { messageCount: 2, snippet: 'Hello', waitingSince: null });
  await house.mail({ text: 'about the invoice', references: ['1@customer.test', '3@customer.test'].toReversed() });
  await house.mail({ text: 'about the machine', references: ['1@customer.test'] });
  t.deepEqual((await textsOf(house, conversationId)).at(-1), 'about the invoice');
  t.deepEqual((await textsOf(house, talk.id)).at(-1), 'about the machine');
});

test('a split of one message leaves those after it where they are', async (t) => {
  const house = await houseFor(t);
  const talk = await longTalk(house);
  const { conversationId } = await split(house, talk.second.messageId, 'one');
  t.deepEqual(
    [await textsOf(house, talk.id), await textsOf(house, conversationId)],
    [['washing machine', 'Hello', 'and its date'], ['the invoice']],
  );
  t.like(await findConversation(house.scope, talk.id), { waitingSince: new Date('2026-11-24T09:30:00.000Z') });
});

test('an undone split leaves everything as it was, and its number leads back', async (t) => {
  const house = await houseFor(t);
  const talk = await longTalk(house);
  const before = await everything(house.scope);
  const { conversationId, transferId } = await split(house, talk.second.messageId, 'onwards');
  await undo(house, transferId);
  const after = await everything(house.scope);
  t.like(await findConversation(house.scope, conversationId), { mergedIntoId: talk.id, messageCount: 0 });
  t.deepEqual(
    { ...after, conversations: after['conversations']?.slice(0, 1), conversation_reads: [] },
    { ...before, conversation_reads: [] },
  );
  await house.mail({ text: 'to the number', subject: `[#${conversationId}] Invoice` });
  t.deepEqual((await textsOf(house, talk.id)).at(-1), 'to the number');
});

test('a split that is undone after both conversations were closed makes nobody wait', async (t) => {
  const house = await houseFor(t);
  const talk = await longTalk(house);
  const { conversationId, transferId } = await split(house, talk.second.messageId, 'onwards');
  for (const id of [talk.id, conversationId]) await closeConversation(house.agentScope, id);
  await undo(house, transferId);
  t.like(await findConversation(house.scope, talk.id), { status: 'closed', waitingSince: null, messageCount: 4 });
});

test('what came into a split-off conversation keeps it when the split is undone', async (t) => {
  const house = await houseFor(t);
  const talk = await longTalk(house);
  const { conversationId, transferId } = await split(house, talk.second.messageId, 'onwards');
  await house.mail({ text: 'later', references: ['3@customer.test'] });
  await undo(house, transferId);
  t.deepEqual(await textsOf(house, conversationId), ['later']);
  t.like(await findConversation(house.scope, conversationId), { mergedIntoId: null, status: 'open', messageCount: 1 });
});

test('a stranger who was let into a conversation takes part in his own once it is split off, and in the other no longer', async (t) => {
  const house = await houseFor(t);
  const first = await house.mail({ text: 'mine' });
  const token = (await findConversation(house.scope, first.conversationId))?.replyToken ?? '';
  const stranger = await house.mail({ text: 'who am I', from: { address: 'x@else.test', name: 'Xawery' }, replyTokens: [token] });
  t.is((await listMessages(house.scope, first.conversationId)).items.at(-1)?.senderStatus, 'new_participant');
  const { conversationId, transferId } = await split(house, stranger.messageId, 'one');
  t.is((await listMessages(house.scope, conversationId)).items.at(-1)?.senderStatus, 'participant');
  t.true(await takesPart(house, 'x@else.test', conversationId));
  t.false(await takesPart(house, 'x@else.test', first.conversationId));
  await undo(house, transferId);
  t.is((await listMessages(house.scope, first.conversationId)).items.at(-1)?.senderStatus, 'new_participant');
  t.false(await takesPart(house, 'x@else.test', first.conversationId));
});

test('a message moved to another conversation is answered there, waits there, and goes back with one step', async (t) => {
  const house = await houseFor(t);
  const talk = await longTalk(house);
  const other = await house.mail({ text: 'elsewhere', from: { address: 'ola@customer.test', name: null } });
  await closeConversation(house.agentScope, other.conversationId);
  const before = await everything(house.scope);
  const id = await moveMessages(house.agentScope, house.endpoints, talk.second.messageId, 'one', other.conversationId);
  t.deepEqual(await textsOf(house, other.conversationId), ['the invoice', 'elsewhere']);
  t.like(await findConversation(house.scope, other.conversationId), { status: 'open', waitingSince: new Date('2026-11-24T09:20:00.000Z') });
  t.true(await takesPart(house, 'jan@customer.test', other.conversationId));
  await undo(house, id);
  const after = await everything(house.scope);
  t.deepEqual({ ...after, conversation_reads: [] }, { ...before, conversation_reads: [] });
  const again = await moveMessages(house.agentScope, house.endpoints, talk.second.messageId, 'one', other.conversationId);
  await house.mail({ text: 'the answer', references: ['2@customer.test'] });
  t.deepEqual((await textsOf(house, other.conversationId)).at(-1), 'the answer');
  await moveMessages(house.agentScope, house.endpoints, talk.second.messageId, 'one', talk.id);
  await t.throwsAsync(undo(house, again), { code: 'nothing_to_undo' });
});

test('a scheduled answer goes along with a split and can still be taken back', async (t) => {
  const house = await houseFor(t);
  const talk = await longTalk(house);
  const { messageId } = await answer(house, talk.id, ['jan@customer.test'], 'not sent yet');
  const { conversationId } = await split(house, talk.second.messageId, 'onwards');
  t.deepEqual(await house.scope.db('deliveries').where({ message_id: messageId }).pluck('conversation_id'), [conversationId]);
  await withdrawMessage(house.agentScope, messageId, house.agentId);
  t.deepEqual(await textsOf(house, conversationId), ['the invoice', 'and its date']);
});

test('a split that would leave nothing behind is refused, and confirms nothing to anybody', async (t) => {
  const house = await houseFor(t);
  const talk = await longTalk(house);
  await t.throwsAsync(split(house, talk.first.messageId, 'onwards'), { code: 'nothing_left' });
  const events = await house.events();
  await split(house, talk.second.messageId, 'one');
  const fresh = (await house.events()).slice(events.length);
  t.deepEqual(fresh, ['conversation.split']);
  t.deepEqual(acknowledgeNew(() => true)({ type: 'conversation.split', data: {} } as never), []);
});
