import test, { type ExecutionContext } from 'ava';
import { assignConversation } from '../../core/conversations/assign.ts';
import { closeConversation } from '../../core/conversations/close.ts';
import { listConversations } from '../../core/conversations/list.ts';
import { listMessages } from '../../core/messages/list.ts';
import { listNotifications } from '../../core/notifications/list.ts';
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

/** A conversation of an agent that he answered and closed, and what comes to that answer after so many minutes. */
async function answered(t: ExecutionContext) {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  await assignConversation(house.scope, conversationId, house.agentId);
  const { messageId } = await answer(house, conversationId, ['jan@customer.test']);
  await closeConversation(house.scope, conversationId);
  const ours = (await listMessages(house.scope, conversationId)).items.find(({ id }) => id === messageId)?.externalId ?? '';
  const comes = async (machine: (typeof MACHINES)[number], minutes: number, references = [ours]) => {
    house.pass(minutes);
    const taken = await house.mail({ references, automated: true, machine });
    const [newest] = (await listConversations(house.agentScope, {})).items;
    return { ...taken, joined: taken.conversationId === conversationId, status: newest?.status, waits: newest?.waitingSince ?? null };
  };
  const told = async () => (await listNotifications(house.scope, house.agentId)).items.map(({ kind }) => kind);
  return { house, conversationId, comes, told };
}

test('an answer that a person wrote in a ticket system, which calls all its mail generated, opens its conversation and is told', async (t) => {
  const zendesk = await answered(t);
  t.like(await zendesk.comes('notification', 60), { joined: true, status: 'open', waits: null });
  t.true((await zendesk.told()).includes('message_received'));
  const jira = await answered(t);
  t.like(await jira.comes('bulk', 60), { joined: true, status: 'open' });
});

test('the receipt that a ticket system sends at once, what answers by itself and what answers nothing of ours open nothing', async (t) => {
  const receipt = await answered(t);
  t.like(await receipt.comes('notification', 1), { joined: true, status: 'closed' });
  t.false((await receipt.told()).includes('message_received'));
  const away = await answered(t);
  t.like(await away.comes('auto-reply', 60), { joined: true, status: 'closed' });
  const { house, conversationId, comes } = await answered(t);
  const first = (await listMessages(house.scope, conversationId)).items[0]?.externalId ?? '';
  t.like(await comes('notification', 60, [first]), { joined: true, status: 'closed' });
});
