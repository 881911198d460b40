import test from 'ava';
import { changeAgentStatus } from '../../core/agents/edit-agent.ts';
import { closeConversation } from '../../core/conversations/close.ts';
import { findConversation } from '../../core/conversations/list.ts';
import { recountCounters } from '../../core/conversations/recount.ts';
import { snoozeConversation, WAKE_JOB, wakeHandler } from '../../core/conversations/snooze.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { startConversation } from '../../core/messages/start.ts';
import { withdrawMessage } from '../../core/messages/withdraw.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { restoreConversation, trashConversation } from '../../core/trash/trash.ts';
import { as } from '../support/folders.ts';
import { houseFor } from '../support/house.ts';

const TO = { to: [{ address: 'jan@customer.test', name: null }], text: 'Przypominam', html: null, attachments: [] };

/** A company in which Piotr schedules messages. */
async function scheduling(t: Parameters<typeof houseFor>[0]) {
  const house = await houseFor(t);
  const { scope, endpoints, inboxId } = house;
  const piotr = await house.addAgent('piotr@company.test');
  const written = { ...TO, authorId: piotr, schedule: { at: new Date(scope.now().getTime() + 86_400_000), stopsOnAnswer: false } };
  const first = () => startConversation(as(scope, piotr), endpoints, { ...written, inboxId, subject: 'Oferta' });
  const reply = async () => {
    const { conversationId } = await house.mail({});
    return replyToConversation(as(scope, piotr), endpoints, { ...written, conversationId, close: true });
  };
  return { ...house, piotr, first, reply, leave: () => changeAgentStatus(scope, piotr, 'disabled') };
}

test('a conversation that was closed before its only message was taken back is gone, and counted nowhere', async (t) => {
  const { first, scope, agentScope, agentId } = await scheduling(t);
  const { conversation, messageId } = await first();
  await closeConversation(agentScope, conversation.id);
  t.deepEqual(await withdrawMessage(agentScope, messageId, agentId), { conversationId: null });
  t.is(await findConversation(scope, conversation.id), null);
  t.deepEqual(await recountCounters(scope), []);
});

test('so is one whose only message was stopped because its author had left', async (t) => {
  const { first, leave, scope, agentScope, agentId } = await scheduling(t);
  const { messageId } = await first();
  await leave();
  await withdrawMessage(agentScope, messageId, agentId);
  t.deepEqual(await recountCounters(scope), []);
});

test('what is taken back in the trash or in spam opens nothing there, and nobody waits', async (t) => {
  const { reply, leave, scope, agentScope, agentId } = await scheduling(t);
  const [inTrash, inSpam] = [await reply(), await reply()];
  await leave();
  await trashConversation(agentScope, inTrash.conversation.id);
  await markSpam(agentScope, inSpam.conversation.id, true);
  for (const { messageId } of [inTrash, inSpam]) await withdrawMessage(agentScope, messageId, agentId);
  t.like(await findConversation(scope, inTrash.conversation.id), { status: 'closed', waitingSince: null, trashedAt: scope.now() });
  t.like(await findConversation(scope, inSpam.conversation.id), { waitingSince: null });
  t.deepEqual(await recountCounters(scope), []);
  await restoreConversation(agentScope, inTrash.conversation.id);
  t.deepEqual(await recountCounters(scope), []);
});

test('a conversation that was put off and closed with an answer wakes at its moment once that is taken back, even after it', async (t) => {
  const { mail, endpoints, scope, agentScope, agentId, pass } = await scheduling(t);
  const { conversationId } = await mail({});
  const until = new Date(scope.now().getTime() + 60_000);
  await snoozeConversation(agentScope, conversationId, until);
  const later = new Date(scope.now().getTime() + 86_400_000);
  const reply = { ...TO, conversationId, authorId: agentId, close: true, schedule: { at: later, stopsOnAnswer: false } };
  const { messageId } = await replyToConversation(agentScope, endpoints, reply);
  t.like(await findConversation(scope, conversationId), { status: 'closed', snoozedUntil: null });
  pass(2);
  await scope.db('jobs').where({ kind: WAKE_JOB }).delete();
  await withdrawMessage(agentScope, messageId, agentId);
  t.like(await findConversation(scope, conversationId), { status: 'snoozed', snoozedUntil: until, snoozedBy: agentId });
  const [job] = await scope.db('jobs').where({ kind: WAKE_JOB });
  await wakeHandler(scope, { ...job, data: JSON.parse(job.data) }, new AbortController().signal);
  t.is((await findConversation(scope, conversationId))?.status, 'open');
});
