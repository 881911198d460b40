import test from 'ava';
import { allow, CONVERSATION_RIGHTS } from '../../core/conversations/allow.ts';
import { assignConversation } from '../../core/conversations/assign.ts';
import { changeConversation } from '../../core/conversations/change.ts';
import { closeConversation } from '../../core/conversations/close.ts';
import { findConversation, findConversationRow } from '../../core/conversations/list.ts';
import { markRead } from '../../core/conversations/mark-read.ts';
import { reopenConversation } from '../../core/conversations/reopen.ts';
import { updateConversation } from '../../core/conversations/store.ts';
import type { Conversation } from '../../core/conversations/types.ts';
import { type Scope, transact } from '../../core/db/scope.ts';
import { admitAgent } from '../../core/folders/rights.ts';
import type { AgentId, ConversationId, MessageId } from '../../core/lib/ids.ts';
import { houseFor } from '../support/house.ts';

const NOBODY = 999 as ConversationId;

test('closing a conversation announces it once, however often it is closed', async (t) => {
  const { mail, scope, events, pass } = await houseFor(t);
  const { conversationId } = await mail({});
  const first = await closeConversation(scope, conversationId);
  pass(5);
  t.deepEqual(await closeConversation(scope, conversationId), first);
  t.like(first, { status: 'closed', closedAt: new Date('2026-11-24T09:00:00.000Z'), waitingSince: null });
  t.deepEqual((await events()).slice(3), ['conversation.closed']);
});

test('reopening announces it once and opens', async (t) => {
  const { mail, scope, events } = await houseFor(t);
  const { conversationId } = await mail({});
  await reopenConversation(scope, conversationId);
  await closeConversation(scope, conversationId);
  await reopenConversation(scope, conversationId);
  t.like(await reopenConversation(scope, conversationId), { status: 'open', closedAt: null });
  t.deepEqual((await events()).slice(3), ['conversation.closed', 'conversation.reopened']);
});

test('two agents who close at the same moment announce it once', async (t) => {
  const { mail, scope, events } = await houseFor(t);
  const { conversationId } = await mail({});
  await Promise.all(Array.from({ length: 5 }, () => closeConversation(scope, conversationId)));
  t.deepEqual((await events()).slice(3), ['conversation.closed']);
});

test('assigning to the same agent twice announces it once, and to nobody takes it back', async (t) => {
  const { mail, agentScope, agentId, events } = await houseFor(t);
  const { conversationId } = await mail({});
  await assignConversation(agentScope, conversationId, agentId);
  await assignConversation(agentScope, conversationId, agentId);
  t.deepEqual((await findConversationRow(agentScope, conversationId)).assignee, { id: agentId, firstName: 'Anna', lastName: 'Nowak' });
  t.is((await assignConversation(agentScope, conversationId, null)).assigneeId, null);
  t.deepEqual((await events()).slice(3), ['conversation.assigned', 'conversation.assigned']);
});

test('nothing is assigned to an agent who is not there or may not work', async (t) => {
  const { mail, scope, addAgent } = await houseFor(t);
  const { conversationId } = await mail({});
  const gone = await addAgent('gone@company.test');
  await scope.db('agents').where({ id: gone }).update({ status: 'disabled' });
  for (const id of [gone, 99 as AgentId]) await t.throwsAsync(assignConversation(scope, conversationId, id), { code: 'invalid' });
  t.is((await findConversation(scope, conversationId))?.assigneeId, null);
});

test('verbs on a conversation that is not there raise not_found and write nothing', async (t) => {
  const { scope, agentId, events } = await houseFor(t);
  for (const attempt of [
    closeConversation(scope, NOBODY),
    reopenConversation(scope, NOBODY),
    assignConversation(scope, NOBODY, agentId),
    markRead(scope, NOBODY, agentId),
    findConversationRow(scope, NOBODY),
  ])
    await t.throwsAsync(attempt, { code: 'not_found' });
  t.deepEqual(await events(), []);
});

test('reading is marked for one agent, only forwards, and only on request', async (t) => {
  const { mail, agentScope, agentId, addAgent, scope } = await houseFor(t);
  const { conversationId, messageId } = await mail({ externalId: 'a@x' });
  const other: Scope = { ...scope, actor: { kind: 'agent', id: await addAgent('ola@company.test') } };
  t.true((await findConversationRow(agentScope, conversationId)).unread);
  t.true((await findConversationRow(agentScope, conversationId)).unread);
  t.true(await markRead(agentScope, conversationId, agentId));
  t.false(await markRead(agentScope, conversationId, agentId));
  t.false((await findConversationRow(agentScope, conversationId)).unread);
  t.true((await findConversationRow(other, conversationId)).unread);
  await mail({ references: ['a@x'] });
  t.true((await findConversationRow(agentScope, conversationId)).unread);
  t.false(await markRead(agentScope, conversationId, agentId, messageId));
  t.true(await markRead(agentScope, conversationId, agentId, (messageId + 50) as MessageId));
  t.is((await scope.db('conversation_reads').first()).last_message_id, messageId + 1);
});

test('what came before an agent was there is not unread to him', async (t) => {
  const { mail, scope } = await houseFor(t);
  const { conversationId } = await mail({});
  const row = {
    email: 'new@company.test',
    first_name: 'N',
    last_name: 'N',
    role: 'agent',
    language: 'pl',
    created_at: '2026-11-24T10:00:00.000Z',
  };
  const [made] = await scope.db('agents').insert(row).returning('id');
  await transact(scope, (tx) => admitAgent(tx, made.id, null));
  t.false((await findConversationRow({ ...scope, actor: { kind: 'agent', id: made.id } }, conversationId)).unread);
});

test('an agent may do everything with a conversation that is there, nobody with one that is not, and a channel nothing', async (t) => {
  const { mail, agentScope, scope } = await houseFor(t);
  const { conversationId } = await mail({});
  const channel: Scope = { ...scope, actor: { kind: 'channel', plugin: 'email' } };
  for (const right of CONVERSATION_RIGHTS) {
    await t.notThrowsAsync(allow(agentScope, right, conversationId));
    await t.throwsAsync(allow(agentScope, right, NOBODY), { code: 'not_found' });
    await t.throwsAsync(allow(channel, right, conversationId), { code: 'forbidden' });
  }
});

test('type level: a plain scope can change no conversation', (t) => {
  const wrong = [
    // @ts-expect-error a WriteScope is required
    (scope: Scope) => updateConversation(scope, NOBODY, { status: 'closed' }),
    // @ts-expect-error a WriteScope is required
    (scope: Scope, before: Conversation) => changeConversation(scope, before, { status: 'closed' }),
  ];
  t.is(wrong.length, 2);
});
