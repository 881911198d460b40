import test from 'ava';
import { closeConversation } from '../../core/conversations/close.ts';
import { findConversation, findConversationRow } from '../../core/conversations/list.ts';
import { transact } from '../../core/db/scope.ts';
import { receiveInbound } from '../../core/ingest/receive.ts';
import { listMessages } from '../../core/messages/list.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { type House, houseFor, mailFrom } from '../support/house.ts';

test('a first mail becomes an open conversation with its contact, message, attachments and events', async (t) => {
  const { mail, agentScope, events, scope } = await houseFor(t);
  const attachment = {
    filename: 'zdjęcie.jpg',
    contentType: 'image/jpeg',
    contentId: null,
    inline: false,
    bytes: 3,
    sha256: 'a'.repeat(64),
  };
  await scope.db('blobs').insert({ sha256: attachment.sha256, bytes: 3, created_at: 'now' });
  const { conversationId, status } = await mail({ from: { address: 'Jan@Customer.test', name: 'Jan Żak' }, attachments: [attachment] });
  t.is(status, 'received');
  t.deepEqual(await events(), ['contact.created', 'conversation.opened', 'message.received']);
  const row = await findConversationRow(agentScope, conversationId);
  t.like(row, {
    status: 'open',
    subject: 'Broken washing machine',
    snippet: 'It does not turn.',
    unread: true,
    messageCount: 1,
    hasAttachments: true,
    failedDeliveries: 0,
    assignee: null,
    contact: { name: 'Jan Żak', address: 'jan@customer.test' },
    inbox: { name: 'help@company.test', channel: 'email', address: 'help@company.test' },
    waitingSince: new Date('2026-11-24T09:00:00.000Z'),
  });
  const { items } = await listMessages(scope, conversationId);
  t.like(items[0], {
    kind: 'message',
    direction: 'inbound',
    from: { address: 'jan@customer.test', name: 'Jan Żak' },
    senderStatus: 'participant',
  });
  t.like(items[0]?.attachments[0], { filename: 'zdjęcie.jpg', bytes: 3, sha256: attachment.sha256 });
});

test('the same bytes for the same inbox are received once', async (t) => {
  const { mail, scope } = await houseFor(t);
  t.is((await mail({}, { bytes: 'one' })).status, 'received');
  t.is((await mail({}, { bytes: 'one' })).status, 'duplicate');
  t.is((await scope.db('messages')).length, 1);
});

test('an alarm whose mails have neither id nor date is heard each time, and its repetition at once is not', async (t) => {
  const { mail, pass, scope } = await houseFor(t);
  t.is((await mail({ externalId: null }, { bytes: 'alarm' })).status, 'received');
  pass(9);
  t.is((await mail({ externalId: null }, { bytes: 'alarm' })).status, 'duplicate');
  pass(2);
  t.is((await mail({ externalId: null }, { bytes: 'alarm' })).status, 'received');
  t.is((await scope.db('messages')).length, 2);
  for (const named of [{ externalId: 'one@x' }, { externalId: null, sentAt: '2026-11-20T08:00:00.000Z' }]) {
    t.is((await mail(named, { bytes: JSON.stringify(named) })).status, 'received');
    pass(24 * 60);
    t.is((await mail(named, { bytes: JSON.stringify(named) })).status, 'duplicate');
  }
});

test('the same bytes for another inbox are a message there too', async (t) => {
  const { mail, addInbox, scope } = await houseFor(t);
  const inboxId = await addInbox('sales@company.test');
  await mail({ externalId: 'one@x' }, { bytes: 'one' });
  t.is((await mail({ externalId: 'one@x' }, { bytes: 'one', inboxId })).status, 'received');
  t.is((await scope.db('conversations')).length, 2);
});

test('the same Message-ID with other content is kept as its own message', async (t) => {
  const { mail, scope } = await houseFor(t);
  await mail({ externalId: 'same@x', text: 'one' });
  t.is((await mail({ externalId: 'same@x', text: 'two' })).status, 'received');
  t.deepEqual(await scope.db('messages').orderBy('id').pluck('text'), ['one', 'two']);
});

test('receiving a settled record again changes nothing', async (t) => {
  const { mail, scope, endpoints } = await houseFor(t);
  const { record } = await mail({});
  t.is(await receiveInbound(scope, endpoints, record, [mailFrom('jan@customer.test')]), 'received');
  t.is((await scope.db('messages')).length, 1);
});

test('a record that failed before can be received later', async (t) => {
  const { keep, scope, endpoints } = await houseFor(t);
  const record = await keep();
  await scope.db('raw_inbound').update({ status: 'failed', error: 'unreadable' });
  t.is(await receiveInbound(scope, endpoints, record, [mailFrom('jan@customer.test')]), 'received');
  t.like(await scope.db('raw_inbound').first(), { status: 'received', error: null });
});

test('a mail for an inbox that is gone raises and leaves the record waiting', async (t) => {
  const { keep, scope } = await houseFor(t);
  const record = await keep();
  const nobody = { find: () => null, isOurs: () => false, isOurDomain: () => false };
  await t.throwsAsync(receiveInbound(scope, nobody, record, [mailFrom('a@b.test')]), { code: 'inbox_unknown' });
  t.is((await scope.db('raw_inbound').first()).status, 'waiting');
});

test('a failure in the middle of receiving leaves nothing behind', async (t) => {
  const { keep, scope, endpoints } = await houseFor(t);
  const record = await keep();
  const attachment = { filename: null as never, contentType: 'x/x', contentId: null, inline: false, bytes: 1, sha256: 'a'.repeat(64) };
  await t.throwsAsync(receiveInbound(scope, endpoints, record, [mailFrom('a@b.test', { attachments: [attachment] })]));
  for (const table of ['messages', 'conversations', 'contacts', 'identities', 'events', 'counters', 'message_search', 'attachments'])
    t.is((await scope.db(table)).length, 0, table);
  t.is((await scope.db('raw_inbound').first()).status, 'waiting');
});

test('an answer reopens a closed conversation and says so', async (t) => {
  const { mail, scope, events } = await houseFor(t);
  const { conversationId, messageId } = await mail({ externalId: 'a@x' });
  await closeConversation(scope, conversationId);
  const again = await mail({ references: ['a@x'] });
  t.is(again.conversationId, conversationId);
  t.not(again.messageId, messageId);
  t.deepEqual((await events()).slice(-3), ['conversation.closed', 'conversation.reopened', 'message.received']);
  t.like(await findConversation(scope, conversationId), { status: 'open', closedAt: null, messageCount: 2 });
});

test('a machine-made answer joins without reopening, and nobody waits for it', async (t) => {
  const { mail, scope, pass } = await houseFor(t);
  const { conversationId } = await mail({ externalId: 'a@x' });
  await closeConversation(scope, conversationId);
  pass(5);
  t.is((await mail({ references: ['a@x'], automated: true })).conversationId, conversationId);
  t.like(await findConversation(scope, conversationId), { status: 'closed', messageCount: 2, waitingSince: null });
});

/** The answer to a mail, as it lies in the database. */
async function answered({ mail, scope, endpoints, agentId }: House) {
  const { conversationId } = await mail({});
  const text = { text: 'Hi', html: null, attachments: [] };
  const { messageId } = await replyToConversation(scope, endpoints, { conversationId, authorId: agentId, ...text });
  return { conversationId, external_id: (await scope.db('messages').where({ id: messageId }).first()).external_id };
}

test('our own message coming back to the inbox that sent it is no news', async (t) => {
  const house = await houseFor(t);
  const { mail, scope } = house;
  const { external_id } = await answered(house);
  t.is((await mail({ from: { address: 'help@company.test', name: null }, externalId: external_id })).status, 'duplicate');
  t.is((await scope.db('messages')).length, 2);
});

test('a mail from one of our inboxes to another is received there', async (t) => {
  const house = await houseFor(t);
  const { mail } = house;
  const sales = await house.addInbox('sales@company.test');
  const { conversationId, external_id } = await answered(house);
  const taken = await mail({ from: { address: 'help@company.test', name: null }, externalId: external_id }, { inboxId: sales });
  t.is(taken.status, 'received');
  t.not(taken.conversationId, conversationId);
});

test('a sender that cannot be read is a contact all the same', async (t) => {
  const { mail, scope } = await houseFor(t);
  await mail({ from: { address: 'not an \0address', name: 'X\0Y' } });
  await mail({ from: { address: '', name: null } });
  t.deepEqual(await scope.db('identities').orderBy('id').select('kind', 'address'), [
    { kind: 'opaque', address: 'not an address' },
    { kind: 'opaque', address: '' },
  ]);
});

test('hostile values are stored as far as both databases can hold them', async (t) => {
  const { mail, scope } = await houseFor(t);
  const nasty = 'a\0b\ud800';
  const { status, conversationId } = await mail({
    externalId: `${nasty}${'x'.repeat(20_000)}`,
    subject: nasty,
    text: nasty,
    references: [nasty, 'y'.repeat(5_000)],
    replyTokens: [nasty],
    to: [{ address: nasty, name: nasty }],
    sentAt: '9999-12-31T23:59:59.000Z',
  });
  t.is(status, 'received');
  t.like((await listMessages(scope, conversationId)).items[0], { text: 'ab\ufffd', subject: 'ab\ufffd' });
});

test('a message is dated by when we got it, whatever its sender claims', async (t) => {
  const { mail, scope } = await houseFor(t);
  const { conversationId } = await mail({ sentAt: '2099-01-01T00:00:00.000Z' });
  t.deepEqual((await findConversation(scope, conversationId))?.lastMessageAt, new Date('2026-11-24T09:00:00.000Z'));
});

test('one kept thing may hold several messages', async (t) => {
  const { take, scope } = await houseFor(t);
  t.is((await take([mailFrom('a@x.test'), mailFrom('b@x.test')])).status, 'received');
  t.is((await scope.db('conversations')).length, 2);
});

test('a kept thing that holds nothing is settled with a reason', async (t) => {
  const { take, scope } = await houseFor(t);
  t.is((await take([])).status, 'report');
  t.is((await scope.db('raw_inbound').first()).error, 'report_unmatched: nothing in it to receive');
});

test('receiving takes at most twelve statements, for a stranger and for an answer', async (t) => {
  const { keep, scope, endpoints } = await houseFor(t);
  const [first, second] = [await keep(), await keep()];
  const statements: string[] = [];
  scope.db.on('query', ({ sql }: { sql: string }) => statements.push(sql));
  const counted = () => statements.splice(0).filter((sql) => !/^(begin|commit)|for no key update/i.test(sql));
  await receiveInbound(scope, endpoints, first, [mailFrom('jan@customer.test', { externalId: 'a@x' })]);
  const forStranger = counted();
  t.true(forStranger.length <= 12, forStranger.join('\n'));
  await receiveInbound(scope, endpoints, second, [mailFrom('jan@customer.test', { references: ['a@x'] })]);
  const forAnswer = counted();
  t.true(forAnswer.length <= 12, forAnswer.join('\n'));
});

test('the same bytes twice in one transaction are one message and a duplicate of it', async (t) => {
  const { scope, endpoints, keep } = await houseFor(t);
  const [first, second] = [await keep({ bytes: 'same' }), await keep({ bytes: 'same' })];
  const item = mailFrom('jan@customer.test');
  const statuses = await transact(scope, async (tx) => [
    await receiveInbound(tx, endpoints, first, [item]),
    await receiveInbound(tx, endpoints, second, [item]),
  ]);
  t.deepEqual(statuses, ['received', 'duplicate']);
  t.deepEqual(await scope.db('raw_inbound').orderBy('id').pluck('status'), ['received', 'duplicate']);
  t.is((await scope.db('messages')).length, 1);
});
