import test from 'ava';
import { readCounters } from '../../core/conversations/counters.ts';
import { findConversation, listConversations } from '../../core/conversations/list.ts';
import { recountCounters } from '../../core/conversations/recount.ts';
import { reopenConversation } from '../../core/conversations/reopen.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { houseFor } from '../support/house.ts';

const SPAM = { authentication: null, spam: { state: 'scored' as const, score: 20, symbols: [] } };

test('what is not spam after all comes back open, findable and counted, and its sender’s mail is learned', async (t) => {
  const { mail, scope, agentScope, events } = await houseFor(t);
  const { conversationId, record } = await mail({ text: 'loteria' }, { verdict: SPAM });
  await markSpam(agentScope, conversationId, false);
  t.like(await findConversation(scope, conversationId), { status: 'open', spam: null, closedAt: null });
  t.deepEqual(
    (await listConversations(scope, { q: 'loteria' })).items.map(({ id }) => id),
    [conversationId],
  );
  t.like(await readCounters(scope), { open: 1, spam: 0 });
  t.like(await scope.db('raw_inbound').where({ id: record.id }).first(), { status: 'received', spam_reason: null });
  const jobs = await scope.db('jobs').where({ kind: 'spam_learn' });
  t.deepEqual(JSON.parse(jobs[0].data), { rawInboundId: record.id, conversationId });
  t.is((await events()).at(-1), 'spam.cleared');
  t.deepEqual(await recountCounters(scope), []);
});

test('a conversation that an agent calls spam disappears from lists and search together with its messages', async (t) => {
  const { mail, scope, agentScope } = await houseFor(t);
  const { conversationId, record } = await mail({ text: 'loteria' });
  await markSpam(agentScope, conversationId, true);
  t.like(await findConversation(scope, conversationId), { status: 'closed', waitingSince: null, spam: { reason: 'agent', score: null } });
  t.deepEqual((await listConversations(scope, { q: 'loteria' })).items, []);
  t.like(await readCounters(scope), { open: 0, closed: 0, spam: 1 });
  t.like(await scope.db('raw_inbound').where({ id: record.id }).first(), { status: 'spam', spam_reason: 'agent' });
  t.deepEqual(await recountCounters(scope), []);
});

test('saying the same twice changes nothing and teaches nothing twice', async (t) => {
  const { mail, scope, agentScope, events } = await houseFor(t);
  const { conversationId } = await mail({});
  await markSpam(agentScope, conversationId, true);
  const before = await events();
  await markSpam(agentScope, conversationId, true);
  t.deepEqual(await events(), before);
  t.is((await scope.db('jobs').where({ kind: 'spam_learn' })).length, 1);
});

test('spam is reopened only by saying that it is none', async (t) => {
  const { mail, agentScope } = await houseFor(t);
  const { conversationId } = await mail({}, { verdict: SPAM });
  await t.throwsAsync(reopenConversation(agentScope, conversationId), { code: 'conversation_is_spam' });
});

test('a note in a conversation in spam is found again when it comes back, once', async (t) => {
  const { mail, scope, agentScope } = await houseFor(t);
  const { conversationId } = await mail({ text: 'loteria' });
  await markSpam(agentScope, conversationId, true);
  await markSpam(agentScope, conversationId, false);
  await markSpam(agentScope, conversationId, true);
  await markSpam(agentScope, conversationId, false);
  t.is((await listConversations(scope, { q: 'loteria' })).items.length, 1);
});
