import test from 'ava';
import { closeConversation } from '../../core/conversations/close.ts';
import { findConversation } from '../../core/conversations/list.ts';
import { reopenConversation } from '../../core/conversations/reopen.ts';
import { listMessages } from '../../core/messages/list.ts';
import { houseFor } from '../support/house.ts';
import { answer } from '../support/sending.ts';

const HELP = { address: 'Help@company.test', name: null };

test('our own message coming back is noted once on its conversation and never doubled', async (t) => {
  const house = await houseFor(t);
  const { scope, mail, pass, events } = house;
  const { conversationId } = await mail({});
  await answer(house, conversationId, ['jan@customer.test']);
  const ours = (await listMessages(scope, conversationId)).items.at(-1)?.externalId ?? '';
  t.is((await findConversation(scope, conversationId))?.loopedAt, null);
  pass(1);
  const at = scope.now();
  for (let n = 0; n < 3; n += 1) {
    t.is((await mail({ from: HELP, externalId: ours })).status, 'duplicate');
    pass(1);
  }
  t.like(await findConversation(scope, conversationId), { loopedAt: at, messageCount: 2, status: 'open' });
  t.is((await events()).filter((type) => type === 'conversation.looped').length, 1);
});

test('who opens a conversation again five times in ten minutes stops opening it, and others still do', async (t) => {
  const { scope, mail, pass } = await houseFor(t);
  const { conversationId } = await mail({ externalId: 'q@customer', cc: [{ address: 'ewa@customer.test', name: null }] });
  const go = async (from = 'jan@customer.test') => {
    await closeConversation(scope, conversationId);
    await mail({ from: { address: from, name: null }, references: ['q@customer'] });
    return findConversation(scope, conversationId);
  };
  for (let n = 0; n < 5; n += 1) {
    t.like(await go(), { status: 'open', reopeningStoppedAt: null });
    pass(1);
  }
  const at = scope.now();
  t.like(await go(), { status: 'closed', reopeningStoppedAt: at });
  pass(1);
  t.like(await go(), { status: 'closed', reopeningStoppedAt: at, messageCount: 8 });
  t.like(await go('ewa@customer.test'), { status: 'open', reopeningStoppedAt: null });
});

test('a sender who stopped opening a conversation opens it again after a while, or after an agent did', async (t) => {
  const { scope, mail, pass } = await houseFor(t);
  const { conversationId } = await mail({ externalId: 'q@customer' });
  const go = async () => {
    await closeConversation(scope, conversationId);
    await mail({ references: ['q@customer'] });
    return (await findConversation(scope, conversationId))?.status;
  };
  for (let n = 0; n < 5; n += 1) await go();
  t.is(await go(), 'closed');
  await reopenConversation(scope, conversationId);
  t.is((await findConversation(scope, conversationId))?.reopeningStoppedAt, null);
  for (let n = 0; n < 5; n += 1) t.is(await go(), 'open');
  t.is(await go(), 'closed');
  pass(11);
  t.is(await go(), 'open');
});
