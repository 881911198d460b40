import test from 'ava';
import { assignConversation } from '../../core/conversations/assign.ts';
import { findConversation } from '../../core/conversations/list.ts';
import { addFolder } from '../../core/folders/edit.ts';
import type { InterpretedMessage } from '../../core/ingest/types.ts';
import { changeGeneral, type OtherSubject } from '../../core/settings/general.ts';
import { houseFor } from '../support/house.ts';
import { answer } from '../support/sending.ts';

const ASKED = { externalId: '1@customer.test', subject: 'Washing machine leaks' };

/** Jan's conversation with an answer of ours, and what becomes of what he writes in it afterwards: the number of its conversation. */
async function talking(t: Parameters<typeof houseFor>[0], otherSubject: OtherSubject) {
  const house = await houseFor(t);
  await changeGeneral(house.scope, { otherSubject });
  const { conversationId } = await house.mail(ASKED);
  await answer(house, conversationId, ['jan@customer.test']);
  const { replyToken = '' } = (await findConversation(house.scope, conversationId)) ?? {};
  const write = async (subject: string, more: Partial<InterpretedMessage> = {}) =>
    (await house.mail({ subject, replyTokens: [replyToken], references: ['1@customer.test'], ...more })).conversationId;
  return { ...house, conversationId, write };
}

test('an answer under quite another subject stays in its conversation, unless the company wants it apart', async (t) => {
  for (const otherSubject of ['ask', 'keep'] as const) {
    const { write, conversationId } = await talking(t, otherSubject);
    t.is(await write('Invoice for October'), conversationId, otherSubject);
  }
});

test('apart, it is a conversation of its own with a hint at the former one, in its folder and with whoever has it', async (t) => {
  const { write, conversationId, scope, agentScope, agentId } = await talking(t, 'split');
  const { id: folderId } = await addFolder(scope, 'Service');
  await assignConversation(agentScope, conversationId, agentId);
  await scope.db('conversations').where({ id: conversationId }).update({ folder_id: folderId });
  const apart = await write('Invoice for October');
  t.not(apart, conversationId);
  t.like(await findConversation(scope, apart), {
    ...{ subject: 'Invoice for October', relatedConversationId: conversationId, assigneeId: agentId, folderId, messageCount: 1 },
  });
  t.like(await findConversation(scope, conversationId), { messageCount: 2, waitingSince: null });
});

test('what goes on under the subject that was set apart goes on there, whatever it answers by mistake', async (t) => {
  const { write, conversationId } = await talking(t, 'split');
  const apart = await write('Invoice for October', { externalId: '2@customer.test' });
  t.is(await write('Re: Invoice for October', { references: ['2@customer.test', '1@customer.test'] }), apart);
  t.is(await write('Re: Washing machine leaks', { references: ['2@customer.test', '1@customer.test'] }), conversationId);
});

test('a like subject, none, and what machines write set nothing apart', async (t) => {
  const { write, conversationId } = await talking(t, 'split');
  for (const [subject, more] of [
    ['Re: Washing machine leaks again', {}],
    ['Re: [EXTERNAL] Washing machine leaks', {}],
    ['', {}],
    ['Out of office', { automated: true }],
  ] as const)
    t.is(await write(subject, more), conversationId, subject);
});

test('a stranger with our token who writes of something else has a conversation of his own, and is no stranger there', async (t) => {
  const { write, conversationId, scope } = await talking(t, 'split');
  const apart = await write('Cheap watches', { from: { address: 'mallory@elsewhere.test', name: null }, references: [] });
  t.not(apart, conversationId);
  t.is((await scope.db('messages').where({ conversation_id: apart }).first('sender_status')).sender_status, 'participant');
});
