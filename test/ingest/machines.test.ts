import test from 'ava';
import { closeConversation } from '../../core/conversations/close.ts';
import { listConversations } from '../../core/conversations/list.ts';
import { listMessages } from '../../core/messages/list.ts';
import { MACHINES } from '../../core/plugins/contract.ts';
import { houseFor } from '../support/house.ts';
import { answer } from '../support/sending.ts';

test('the kind of machine is kept with its message and shown in the list of conversations', async (t) => {
  const house = await houseFor(t);
  for (const machine of MACHINES) {
    const { conversationId } = await house.mail({ automated: true, machine });
    t.like((await listMessages(house.scope, conversationId)).items[0], { automated: true, machine });
    t.is((await listConversations(house.agentScope, {})).items[0]?.lastMachine, machine);
  }
  await house.mail({ automated: true });
  t.is((await listConversations(house.agentScope, {})).items[0]?.lastMachine, 'unknown');
  await house.mail({});
  t.is((await listConversations(house.agentScope, {})).items[0]?.lastMachine, null);
});

test('what we write after a machine is no machine’s message', async (t) => {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({ automated: true, machine: 'notification' });
  await answer(house, conversationId, ['jan@customer.test']);
  t.is((await listConversations(house.agentScope, {})).items[0]?.lastMachine, null);
});

test('an automatic answer joins its conversation, is marked and leaves it closed', async (t) => {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  const { messageId } = await answer(house, conversationId, ['jan@customer.test']);
  await closeConversation(house.scope, conversationId);
  const ours = (await listMessages(house.scope, conversationId)).items.find(({ id }) => id === messageId);
  const away = await house.mail({ references: [ours?.externalId ?? ''], automated: true, machine: 'auto-reply' });
  t.is(away.conversationId, conversationId);
  t.is((await listConversations(house.agentScope, {})).items[0]?.status, 'closed');
});
