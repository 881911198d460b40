import test from 'ava';
import { findConversation } from '../../core/conversations/list.ts';
import type { InterpretedMessage } from '../../core/ingest/types.ts';
import type { InboxId } from '../../core/lib/ids.ts';
import { listMessages } from '../../core/messages/list.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { houseFor } from '../support/house.ts';

/** A conversation with jan@customer.test: his mail `in@customer`, our answer to him with a copy to ewa@customer.test. */
async function talk(t: Parameters<typeof houseFor>[0]) {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({ externalId: 'in@customer', from: { address: 'jan@customer.test', name: 'Jan' } });
  const { messageId } = await replyToConversation(house.scope, house.endpoints, {
    conversationId,
    authorId: house.agentId,
    text: 'Please send a picture.',
    html: null,
    attachments: [],
    cc: [{ address: 'ewa@customer.test', name: null }],
  });
  const ours: string = (await house.scope.db('messages').where({ id: messageId }).first()).external_id;
  const token = (await findConversation(house.scope, conversationId))?.replyToken ?? '';
  const arrive = async (from: string, message: Partial<InterpretedMessage>, inboxId?: InboxId) => {
    const taken = await house.mail(
      { from: { address: from, name: null }, subject: 'x', ...message },
      inboxId === undefined ? {} : { inboxId },
    );
    const [last] = (await listMessages(house.scope, taken.conversationId)).items.slice(-1);
    const { relatedConversationId } = (await findConversation(house.scope, taken.conversationId)) ?? {};
    return { joins: taken.conversationId === conversationId, as: last?.senderStatus, relates: relatedConversationId === conversationId };
  };
  return { ...house, conversationId, ours, token, arrive };
}

const JAN = 'jan@customer.test';
const STRANGER = 'mallory@elsewhere.test';
const joined = { joins: true, as: 'participant', relates: false };
const marked = { joins: true, as: 'new_participant', relates: false };
const fresh = { joins: false, as: 'participant', relates: false };

test('our reply token joins its conversation for who takes part in it', async (t) => {
  const { arrive, token } = await talk(t);
  t.deepEqual(await arrive(JAN, { replyTokens: [token] }), joined);
});

test('a stranger with our reply token joins only as a new participant', async (t) => {
  const { arrive, token } = await talk(t);
  t.deepEqual(await arrive(STRANGER, { replyTokens: [token] }), marked);
});

test('a new participant stays marked until somebody of the conversation writes to him', async (t) => {
  const { arrive, token, scope, endpoints, conversationId, agentId } = await talk(t);
  await arrive(STRANGER, { replyTokens: [token], cc: [{ address: 'second@elsewhere.test', name: null }] });
  t.deepEqual(await arrive(STRANGER, { replyTokens: [token] }), marked);
  t.deepEqual(await arrive('second@elsewhere.test', { replyTokens: [token] }), marked);
  const to = [{ address: STRANGER, name: null }];
  await replyToConversation(scope, endpoints, { conversationId, authorId: agentId, text: 'Who are you?', html: null, attachments: [], to });
  t.deepEqual(await arrive(STRANGER, { replyTokens: [token] }), joined);
});

test('a guessed token that is nobody’s makes a new conversation', async (t) => {
  const { arrive } = await talk(t);
  t.deepEqual(await arrive(STRANGER, { replyTokens: ['guessed'] }), fresh);
});

test('of several tokens the one of a conversation with the sender counts', async (t) => {
  const { arrive, token, mail, scope } = await talk(t);
  const other = await mail({ from: { address: 'other@x.test', name: null } });
  const otherToken = (await findConversation(scope, other.conversationId))?.replyToken ?? '';
  t.deepEqual(await arrive(JAN, { replyTokens: [otherToken, token] }), joined);
});

test('a token of another inbox joins nothing', async (t) => {
  const { arrive, token, addInbox } = await talk(t);
  const sales = await addInbox('sales@company.test');
  t.deepEqual(await arrive(JAN, { replyTokens: [token] }, sales), fresh);
});

test('an answer to our message joins by its id', async (t) => {
  const { arrive, ours } = await talk(t);
  t.deepEqual(await arrive(JAN, { references: [ours] }), joined);
});

test('an answer that names only an older message of the chain joins too', async (t) => {
  const { arrive } = await talk(t);
  t.deepEqual(await arrive(JAN, { references: ['unknown@customer', 'in@customer'] }), joined);
});

test('who was copied by us takes part', async (t) => {
  const { arrive, ours } = await talk(t);
  t.deepEqual(await arrive('Ewa@Customer.test', { references: [ours] }), joined);
});

test('a stranger who holds an id of ours joins only as a new participant', async (t) => {
  const { arrive, ours } = await talk(t);
  t.deepEqual(await arrive(STRANGER, { references: [ours, 'in@customer'] }), marked);
});

test('a stranger who knows only the customer’s id gets a new conversation with a hint', async (t) => {
  const { arrive } = await talk(t);
  t.deepEqual(await arrive(STRANGER, { references: ['in@customer'] }), { ...fresh, relates: true });
});

test('an id in another inbox joins nothing', async (t) => {
  const { arrive, ours, addInbox } = await talk(t);
  const sales = await addInbox('sales@company.test');
  t.deepEqual(await arrive(JAN, { references: [ours] }, sales), fresh);
});

test('ids differ by case, as senders wrote them', async (t) => {
  const { arrive } = await talk(t);
  t.deepEqual(await arrive(JAN, { references: ['IN@customer'] }), fresh);
});

test('a second address of the contact takes part', async (t) => {
  const { arrive, ours, scope, conversationId } = await talk(t);
  const contactId = (await findConversation(scope, conversationId))?.contactId;
  await scope.db('identities').insert({ contact_id: contactId, kind: 'email', address: 'jan@home.test', created_at: 'now' });
  t.deepEqual(await arrive('jan@home.test', { references: [ours] }), joined);
});

test('a number in the subject joins for who takes part', async (t) => {
  const { arrive, conversationId } = await talk(t);
  t.deepEqual(await arrive(JAN, { subject: `Re: picture [#${conversationId}]` }), joined);
});

test('a number in the subject is nothing in a stranger’s hand', async (t) => {
  const { arrive, conversationId } = await talk(t);
  t.deepEqual(await arrive(STRANGER, { subject: `Re: picture [#${conversationId}]` }), fresh);
});

test('a number in the subject joins nothing in another inbox', async (t) => {
  const { arrive, conversationId, addInbox } = await talk(t);
  t.deepEqual(await arrive(JAN, { subject: `[#${conversationId}]` }, await addInbox('sales@company.test')), fresh);
});

test('numbers that no conversation can have are no evidence', async (t) => {
  const { arrive } = await talk(t);
  for (const subject of ['[#0]', '[#99999999999]', '[#2147483648]', '[#-1]', '[#1e1]', '[#]'])
    t.deepEqual(await arrive(JAN, { subject }), fresh, subject);
});

test('the same subject alone joins nothing', async (t) => {
  const { arrive } = await talk(t);
  t.deepEqual(await arrive(JAN, { subject: 'Re: Broken washing machine' }), { ...fresh, relates: true });
});

test('a hint does not keep weaker evidence from joining', async (t) => {
  const { arrive, mail } = await talk(t);
  const own = await mail({ from: { address: STRANGER, name: null } });
  const taken = await mail({ from: { address: STRANGER, name: null }, references: ['in@customer'], subject: `[#${own.conversationId}]` });
  t.is(taken.conversationId, own.conversationId);
  t.deepEqual(await arrive(STRANGER, { references: ['in@customer'], subject: 'none' }), { ...fresh, relates: true });
});

test('a channel without references goes on in the newest open conversation of the contact', async (t) => {
  const { mail, addInbox, scope } = await houseFor(t);
  const inboxId = await addInbox('+48600100200', { continues: 'by-contact' });
  const first = await mail({}, { inboxId });
  t.is((await mail({}, { inboxId })).conversationId, first.conversationId);
  t.not((await mail({ from: { address: 'else@x.test', name: null } }, { inboxId })).conversationId, first.conversationId);
  await scope.db('conversations').where({ id: first.conversationId }).update({ status: 'closed' });
  t.not((await mail({}, { inboxId })).conversationId, first.conversationId);
});

test('an answer that lost all but its subject hints at what the same contact wrote under it, and a repeated subject alone does not', async (t) => {
  const { arrive } = await talk(t);
  t.deepEqual(await arrive(JAN, { subject: 'ODP: broken WASHING machine' }), { ...fresh, relates: true });
  t.deepEqual(await arrive(JAN, { subject: 'Broken washing machine' }), fresh);
  t.deepEqual(await arrive(JAN, { subject: 'Re: Something else' }), fresh);
  t.deepEqual(await arrive(STRANGER, { subject: 'Re: Broken washing machine' }), fresh);
});
