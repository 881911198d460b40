import test from 'ava';
import { readCounters } from '../../core/conversations/counters.ts';
import { ignoreConversation } from '../../core/conversations/ignore.ts';
import { findConversation, listConversations } from '../../core/conversations/list.ts';
import { recountCounters } from '../../core/conversations/recount.ts';
import { reopenConversation } from '../../core/conversations/reopen.ts';
import { listDrafts } from '../../core/drafts/save.ts';
import { sendDraft } from '../../core/drafts/send.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { startConversation } from '../../core/messages/start.ts';
import { listNotifications } from '../../core/notifications/list.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { type House, houseFor } from '../support/house.ts';

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

test('what comes back from spam waits since its first message without an answer, and not at all when it was answered, needs none or is a machine’s', async (t) => {
  const { mail, pass, scope, agentScope, agentId, endpoints } = await houseFor(t);
  const waits = async (id: ConversationId) => {
    await markSpam(agentScope, id, true);
    await markSpam(agentScope, id, false);
    return (await findConversation(scope, id))?.waitingSince ?? null;
  };
  const asked = scope.now();
  const { conversationId } = await mail({ externalId: '1@x' });
  pass(60);
  await mail({ references: ['1@x'] });
  t.deepEqual(await waits(conversationId), asked);
  await replyToConversation(agentScope, endpoints, { conversationId, authorId: agentId, text: 'Tak', html: null, attachments: [] });
  await scope.db('deliveries').update({ status: 'sent' });
  t.is(await waits(conversationId), null);
  t.is(await waits((await mail({ automated: true, machine: 'bulk' })).conversationId), null);
  const thanks = await mail({ externalId: '2@x' });
  await ignoreConversation(agentScope, thanks.conversationId);
  t.is(await waits(thanks.conversationId), null);
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

const FIELDS = { to: null, moreTo: '', cc: '', bcc: '', subject: '', inboxId: null, quoted: false, dropped: [] };
const written = (text: string) => ({ text, html: null, attachments: [] });

async function scheduled({ scope, agentScope, agentId, endpoints }: House, conversationId: ConversationId): Promise<void> {
  await sendDraft(agentScope, endpoints, agentId, conversationId, {
    draft: { kind: 'reply', html: '', text: 'Przypominam', fields: FIELDS },
    to: [{ address: 'jan@customer.test', name: null }],
    ...{ cc: [], bcc: [], attachments: [], close: true, seenMessageId: null },
    schedule: { at: new Date(scope.now().getTime() + 3_600_000), stopsOnAnswer: false },
  });
}

test('a scheduled answer does not go to whoever is said to send spam: it is a draft again, and its author is told', async (t) => {
  const house = await houseFor(t);
  const { scope, agentScope, agentId, mail } = house;
  const { conversationId } = await mail({});
  await scheduled(house, conversationId);
  t.like(await markSpam(agentScope, conversationId, true), { status: 'closed', waitingSince: null, messageCount: 1 });
  t.deepEqual(await scope.db('deliveries'), []);
  t.is((await listDrafts(scope, agentId)).find((one) => one.conversationId === conversationId)?.text, 'Przypominam');
  t.like((await listNotifications(agentScope, agentId, {})).items[0], { kind: 'schedule_spam', why: 'author', conversationId });
  t.like(await markSpam(agentScope, conversationId, false), { status: 'open', messageCount: 1 });
  t.deepEqual(await recountCounters(scope), []);
});

test('an answer that was tried already does not keep a conversation out of spam, and what is sent by itself is cancelled', async (t) => {
  const house = await houseFor(t);
  const { scope, agentScope, agentId, endpoints, mail } = house;
  const { conversationId } = await mail({});
  const { messageId } = await replyToConversation(agentScope, endpoints, { conversationId, authorId: agentId, ...written('Dzień dobry') });
  await scope.db('deliveries').update({ status: 'deferred', attempts: 1, reason: 'later' });
  await markSpam(agentScope, conversationId, true);
  t.is((await scope.db('deliveries').first('status')).status, 'deferred');
  await markSpam(agentScope, conversationId, false);
  await scope.db('messages').where({ id: messageId }).update({ automated: true, author_id: null });
  await markSpam(agentScope, conversationId, true);
  t.is((await scope.db('deliveries').first('status')).status, 'cancelled');
  t.deepEqual(await recountCounters(scope), []);
});

test('a conversation that is nothing but what is to be sent stays as it is when it is called spam', async (t) => {
  const house = await houseFor(t);
  const { scope, agentScope, agentId, endpoints, inboxId } = house;
  const { conversation } = await startConversation(agentScope, endpoints, {
    ...{ inboxId, authorId: agentId, subject: 'Oferta' },
    ...written('Dzień dobry'),
    to: [{ address: 'jan@customer.test', name: null }],
  });
  t.truthy((await markSpam(agentScope, conversation.id, true)).spam);
  t.is((await scope.db('deliveries')).length, 1);
});
