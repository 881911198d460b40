import test from 'ava';
import { findContact } from '../../core/contacts/find.ts';
import { findConversation, findConversationRow, listConversations } from '../../core/conversations/list.ts';
import type { ConversationId, InboxId } from '../../core/lib/ids.ts';
import { findMessage, listMessages } from '../../core/messages/list.ts';
import { addNote } from '../../core/messages/note.ts';
import { type Start, startConversation } from '../../core/messages/start.ts';
import { houseFor } from '../support/house.ts';

const BODY = { text: 'Call him', html: null, attachments: [] } as const;

test('a note is seen by agents only, moves nothing and leaves the customer waiting', async (t) => {
  const { mail, agentScope, scope, endpoints, agentId, events, pass, addAgent } = await houseFor(t);
  const { conversationId } = await mail({});
  const before = await findConversation(scope, conversationId);
  pass(9);
  const { messageId } = await addNote(agentScope, endpoints, { conversationId, authorId: agentId, ...BODY });
  t.deepEqual((await events()).slice(3), ['note.added']);
  t.like(await findMessage(scope, messageId), {
    kind: 'note',
    direction: 'internal',
    externalId: null,
    deliveries: [],
    text: 'Call him',
    html: '<p>Call him</p>',
  });
  const after = await findConversation(scope, conversationId);
  t.deepEqual(after, before && { ...before, messageCount: 2, lastMessageId: messageId });
  t.false((await findConversationRow(agentScope, conversationId)).unread);
  const other = { ...scope, actor: { kind: 'agent' as const, id: await addAgent('ola@company.test') } };
  t.true((await findConversationRow(other, conversationId)).unread);
});

test('words of a note find its conversation', async (t) => {
  const { mail, scope, endpoints, agentId } = await houseFor(t);
  const { conversationId } = await mail({});
  await addNote(scope, endpoints, { conversationId, authorId: agentId, ...BODY, text: 'Uwaga: łobuz' });
  t.deepEqual(
    (await listConversations(scope, { q: 'lobuz' })).items.map((row) => row.id),
    [conversationId],
  );
});

test('an empty note, or one in no conversation, is refused', async (t) => {
  const { mail, scope, endpoints, agentId } = await houseFor(t);
  const { conversationId } = await mail({});
  await t.throwsAsync(addNote(scope, endpoints, { conversationId, authorId: agentId, ...BODY, text: ' ' }), { code: 'invalid' });
  await t.throwsAsync(addNote(scope, endpoints, { conversationId: 9 as ConversationId, authorId: agentId, ...BODY }), {
    code: 'not_found',
  });
});

async function writing(t: Parameters<typeof houseFor>[0]) {
  const house = await houseFor(t);
  const start = (more: Partial<Start> = {}) =>
    startConversation(house.agentScope, house.endpoints, {
      inboxId: house.inboxId,
      authorId: house.agentId,
      to: [{ address: 'Ewa@Customer.test', name: 'Ewa' }],
      subject: 'Your offer',
      ...BODY,
      ...more,
    });
  return { ...house, start };
}

test('writing first makes the contact, the conversation and the delivery', async (t) => {
  const { start, scope, agentScope, events, agentId } = await writing(t);
  const { conversation, messageId } = await start();
  t.deepEqual(await events(), ['contact.created', 'conversation.opened', 'message.sent']);
  t.like(await findConversationRow(agentScope, conversation.id), {
    subject: 'Your offer',
    status: 'open',
    unread: false,
    waitingSince: null,
    contact: { name: 'Ewa', address: 'ewa@customer.test' },
  });
  t.is(conversation.assigneeId, agentId);
  t.deepEqual((await findContact(scope, conversation.contactId)).identities, [{ kind: 'email', address: 'ewa@customer.test' }]);
  t.like(await findMessage(scope, messageId), { kind: 'message', direction: 'outbound', subject: 'Your offer', references: [] });
});

test('the answer to a mail that we wrote first joins it', async (t) => {
  const { start, mail, scope } = await writing(t);
  const { conversation, messageId } = await start();
  const ours = (await findMessage(scope, messageId)).externalId ?? '';
  t.is((await mail({ from: { address: 'ewa@customer.test', name: null }, references: [ours] })).conversationId, conversation.id);
});

test('writing first to a known contact makes no second one', async (t) => {
  const { start, mail, scope } = await writing(t);
  await mail({ from: { address: 'ewa@customer.test', name: null } });
  await start({ close: true });
  t.is((await scope.db('contacts')).length, 1);
  t.is((await scope.db('contacts').first()).name, 'Ewa');
});

test('writing first needs a recipient, a subject, words and an inbox that sends', async (t) => {
  const { start, scope } = await writing(t);
  await t.throwsAsync(start({ to: [] }), { code: 'invalid' });
  await t.throwsAsync(start({ to: [], cc: [{ address: 'a@x.test', name: null }] }), { code: 'invalid' });
  await t.throwsAsync(start({ subject: '  ' }), { code: 'invalid' });
  await t.throwsAsync(start({ text: '' }), { code: 'invalid' });
  await t.throwsAsync(start({ inboxId: 99 as InboxId }), { code: 'inbox_cannot_send' });
  t.is((await scope.db('conversations')).length, 0);
});

test('a long conversation is read fifty messages at a time, in three queries', async (t) => {
  const { mail, scope } = await houseFor(t);
  const { conversationId } = await mail({ externalId: '0@x' });
  for (let n = 1; n < 120; n += 1) await mail({ references: ['0@x'], text: `message ${n}` });
  let queries = 0;
  scope.db.on('query', () => {
    queries += 1;
  });
  const last = await listMessages(scope, conversationId);
  t.is(queries, 3);
  t.deepEqual([last.items.length, last.items[0]?.text, last.items.at(-1)?.text], [50, 'message 70', 'message 119']);
  const middle = await listMessages(scope, conversationId, { cursor: last.earlier ?? '' });
  const first = await listMessages(scope, conversationId, { cursor: middle.earlier ?? '' });
  t.deepEqual([first.items.length, first.items[0]?.text, first.earlier], [20, 'It does not turn.', null]);
  await t.throwsAsync(listMessages(scope, conversationId, { cursor: 'x' }), { code: 'invalid' });
});

test('a list of messages leaves out bodies that nobody asked for', async (t) => {
  const { mail, scope } = await houseFor(t);
  const { conversationId, messageId } = await mail({ text: 'x'.repeat(70_000), html: '<p>x</p>' as never });
  const [short] = (await listMessages(scope, conversationId)).items;
  t.like(short, { html: null, hasHtml: true, textIsCut: true });
  t.is(short?.text.length, 60_000);
  const [whole] = (await listMessages(scope, conversationId, { withBodies: true })).items;
  t.like(whole, { html: '<p>x</p>', hasHtml: true, textIsCut: false });
  t.is((await findMessage(scope, messageId)).text.length, 70_000);
});
