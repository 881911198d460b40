import test from 'ava';
import { findConversation, findConversationRow } from '../../core/conversations/list.ts';
import { deliveriesOf } from '../../core/deliveries/list.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { findMessage } from '../../core/messages/list.ts';
import { replyRecipients } from '../../core/messages/recipients.ts';
import { type Reply, referencesTo, replyToConversation } from '../../core/messages/reply.ts';
import { houseFor } from '../support/house.ts';

const BODY = { text: 'Good morning', html: null, attachments: [] } as const;

async function asked(t: Parameters<typeof houseFor>[0], mail = {}) {
  const house = await houseFor(t);
  const { conversationId, messageId } = await house.mail({ externalId: 'q@customer', references: ['b@customer', 'a@customer'], ...mail });
  const reply = (more: Partial<Reply> = {}) =>
    replyToConversation(house.agentScope, house.endpoints, { conversationId, authorId: house.agentId, ...BODY, ...more });
  const sentTo = async (more: Partial<Reply> = {}) => {
    const { messageId: id } = await reply(more);
    return (await deliveriesOf(house.scope, [id])).map((one) => `${one.kind} ${one.name ?? ''}<${one.address}>`);
  };
  return { ...house, conversationId, asking: messageId, reply, sentTo };
}

test('an answer is written with one queued delivery, its events, and nobody waiting any more', async (t) => {
  const { reply, scope, agentScope, events, conversationId, pass } = await asked(t);
  pass(3);
  const { messageId } = await reply();
  t.deepEqual((await events()).slice(3), ['message.sent']);
  t.like(await findConversationRow(agentScope, conversationId), {
    status: 'open',
    waitingSince: null,
    messageCount: 2,
    snippet: 'Good morning',
    unread: false,
  });
  const message = await findMessage(scope, messageId);
  t.like(message, {
    kind: 'reply',
    direction: 'outbound',
    author: { firstName: 'Anna', lastName: 'Nowak' },
    from: { address: 'help@company.test', name: 'Anna Nowak, help@company.test' },
    subject: 'Re: Broken washing machine',
    to: [{ address: 'jan@customer.test', name: null }],
    references: ['a@customer', 'b@customer', 'q@customer'],
  });
  t.regex(message.externalId ?? '', /@company\.test$/);
  const [delivery] = message.deliveries;
  t.like(delivery, {
    status: 'queued',
    attempts: 0,
    nextAttemptAt: scope.now(),
    expiresAt: new Date(scope.now().getTime() + 4 * 86_400_000),
  });
});

test('the answer to an answer carries the whole chain', async (t) => {
  const { reply, mail, scope } = await asked(t);
  const ours = await findMessage(scope, (await reply()).messageId);
  const ourId = ours.externalId ?? '';
  await mail({ externalId: 'r@customer', references: [ourId, 'q@customer', 'b@customer', 'a@customer'] });
  t.deepEqual((await findMessage(scope, (await reply()).messageId)).references, [
    'a@customer',
    'b@customer',
    'q@customer',
    ourId,
    'r@customer',
  ]);
});

test('of a long chain the first id and the newest ones stay', (t) => {
  const references = Array.from({ length: 50 }, (_, n) => `${n}@x`);
  const chain = referencesTo({ references, externalId: 'last@x' });
  t.is(chain.length, 30);
  t.deepEqual([chain[0], chain[1], chain.at(-1)], ['0@x', '22@x', 'last@x']);
  t.deepEqual(referencesTo({ references: ['a@x'], externalId: null }), ['a@x']);
  t.deepEqual(referencesTo(null), []);
});

test('an answer has the subject of the answered message, unless that is the conversation’s own with a mark before it', async (t) => {
  const { reply, mail, scope } = await asked(t);
  const subject = async () => (await findMessage(scope, (await reply()).messageId)).subject;
  for (const [theirs, ours] of [
    ['Re: [EXTERNAL] Broken washing machine', 'Re: Broken washing machine'],
    ['Odp: Invoice for October', 'Re: Invoice for October'],
    ['Re: Broken washing machine 2', 'Re: Broken washing machine 2'],
    ['', 'Re: Broken washing machine'],
  ] as const) {
    await mail({ references: ['q@customer'], subject: theirs });
    t.is(await subject(), ours);
  }
  await mail({ references: ['q@customer'], subject: 'Out of office', automated: true });
  t.is(await subject(), 'Re: Broken washing machine');
});

test('an answer goes where the sender asked for it, else to the sender', async (t) => {
  const { sentTo, mail } = await asked(t, { from: { address: 'jan@customer.test', name: 'Jan' } });
  t.deepEqual(await sentTo(), ['to Jan<jan@customer.test>']);
  await mail({ references: ['q@customer'], replyTo: [{ address: 'Office@Customer.test', name: 'Office' }] });
  t.deepEqual(await sentTo(), ['to Office<office@customer.test>']);
});

test('an answer never goes to one of our own inboxes', async (t) => {
  const { sentTo, mail } = await asked(t);
  await mail({ references: ['q@customer'], replyTo: [{ address: 'help@company.test', name: null }] });
  t.deepEqual(await sentTo(), ['to <jan@customer.test>']);
  await t.throwsAsync(sentTo({ to: [{ address: 'HELP@company.test', name: null }] }), { code: 'invalid' });
});

test('an answer does not go to a stranger who only held a token', async (t) => {
  const { sentTo, mail, scope, conversationId } = await asked(t);
  const token = (await findConversation(scope, conversationId))?.replyToken ?? '';
  await mail({ from: { address: 'mallory@elsewhere.test', name: null }, replyTokens: [token] });
  t.deepEqual(await sentTo(), ['to <jan@customer.test>']);
});

test('an answer does not go to a machine when a person wrote before', async (t) => {
  const { sentTo, mail } = await asked(t);
  await mail({ references: ['q@customer'], automated: true, from: { address: 'mailer-daemon@customer.test', name: null } });
  t.deepEqual(await sentTo(), ['to <jan@customer.test>']);
});

test('answering everybody copies those who were addressed, without us', async (t) => {
  const { scope, endpoints, conversationId } = await asked(t, {
    to: [
      { address: 'help@company.test', name: null },
      { address: 'ewa@customer.test', name: 'Ewa' },
    ],
    cc: [
      { address: 'jan@customer.test', name: null },
      { address: 'EWA@customer.test', name: null },
      { address: 'ola@customer.test', name: null },
    ],
  });
  t.like(await replyRecipients(scope, endpoints, conversationId), {
    to: [{ address: 'jan@customer.test', name: null }],
    allCc: [
      { address: 'ewa@customer.test', name: 'Ewa' },
      { address: 'ola@customer.test', name: null },
    ],
  });
  await t.throwsAsync(replyRecipients(scope, endpoints, 999 as ConversationId), { code: 'not_found' });
});

test('chosen recipients are normalised, and each gets it once', async (t) => {
  const { sentTo } = await asked(t);
  const to = [
    { address: ' A@X.test ', name: 'A\r\nBcc: evil@x.test' },
    { address: 'a@x.test', name: null },
  ];
  t.deepEqual(
    await sentTo({
      to,
      cc: [{ address: 'b@x.test', name: null }],
      bcc: [
        { address: 'B@x.test', name: null },
        { address: 'c@x.test', name: '' },
      ],
    }),
    ['to A Bcc: evil@x.test<a@x.test>', 'cc <b@x.test>', 'bcc <c@x.test>'],
  );
});

test('what is no address, or too many of them, is refused with the field at fault', async (t) => {
  const { reply, scope } = await asked(t);
  const fields = async (more: Partial<Reply>) =>
    ((await t.throwsAsync(reply(more), { code: 'invalid' })) as { fields?: object } | undefined)?.fields;
  t.deepEqual(await fields({ to: [{ address: 'nobody', name: null }] }), { to: 'messages.problems.address' });
  t.deepEqual(await fields({ bcc: [{ address: 'a@x.test\r\nRCPT TO:<b@x.test>', name: null }] }), { bcc: 'messages.problems.address' });
  t.deepEqual(await fields({ to: [] }), { to: 'messages.problems.recipient' });
  t.deepEqual(await fields({ to: Array.from({ length: 101 }, (_, n) => ({ address: `a${n}@x.test`, name: null })) }), {
    to: 'messages.problems.recipients',
  });
  t.deepEqual(await fields({ text: ' \n ' }), { text: 'messages.problems.empty' });
  t.deepEqual(await fields({ html: '<p> </p><script>x</script>' }), { text: 'messages.problems.empty' });
  t.is((await scope.db('deliveries')).length, 0);
});

test('both forms of a body say the same, whichever was written', async (t) => {
  const { reply, scope } = await asked(t);
  const fromHtml = await findMessage(scope, (await reply({ text: 'other', html: '<p>Dear <b>Jan</b></p><script>x()</script>' })).messageId);
  t.like(fromHtml, { text: 'Dear Jan', html: '<p>Dear <b>Jan</b></p>' });
  const fromText = await findMessage(scope, (await reply({ text: 'a < b\r\n& c\n\nd' })).messageId);
  t.like(fromText, { text: 'a < b\n& c\n\nd', html: '<p>a &lt; b<br>&amp; c</p>\n<p>d</p>' });
});

test('a channel of plain text gets no HTML and keeps its limits', async (t) => {
  const { addInbox, mail, scope, endpoints, agentId } = await houseFor(t);
  const inboxId = await addInbox('+48600', {
    body: 'text',
    maxBodyChars: 20,
    subject: false,
    maxAttachmentBytes: null,
    addressKind: 'opaque',
  });
  const { conversationId } = await mail({}, { inboxId });
  const send = (text: string, attachments: Reply['attachments'] = []) =>
    replyToConversation(scope, endpoints, { conversationId, authorId: agentId, text, html: null, attachments });
  t.like(await findMessage(scope, (await send('short')).messageId), { text: 'short', html: null, subject: null });
  await t.throwsAsync(send('x'.repeat(21)), { code: 'invalid' });
  await t.throwsAsync(send('x', [{ filename: 'a', contentType: 'a/b', contentId: null, inline: false, bytes: 1, sha256: 'x' }]), {
    code: 'invalid',
  });
});

test('a channel with a reply window takes no answer after it', async (t) => {
  const { addInbox, mail, scope, endpoints, agentId, pass } = await houseFor(t);
  const inboxId = await addInbox('page', { replyWindowHours: 24 });
  const { conversationId } = await mail({}, { inboxId });
  const send = () => replyToConversation(scope, endpoints, { conversationId, authorId: agentId, ...BODY });
  pass(24 * 60);
  await t.notThrowsAsync(send());
  pass(1);
  await t.throwsAsync(send(), { code: 'reply_window_closed' });
});

test('an inbox that cannot send says so before anything is written', async (t) => {
  const { addInbox, mail, scope, endpoints, agentId } = await houseFor(t);
  const { conversationId } = await mail({}, { inboxId: await addInbox('in@company.test', {}, false) });
  const error = await t.throwsAsync(replyToConversation(scope, endpoints, { conversationId, authorId: agentId, ...BODY }), {
    code: 'inbox_cannot_send',
  });
  t.true(error instanceof Error && 'help' in error && error.help !== null);
  t.is((await scope.db('messages')).length, 1);
});

test('answering and closing is one step', async (t) => {
  const { reply, events } = await asked(t);
  t.is((await reply({ close: true })).conversation.status, 'closed');
  t.deepEqual((await events()).slice(3), ['message.sent', 'conversation.closed']);
  await reply({ close: true });
  t.deepEqual((await events()).slice(5), ['message.sent']);
});

test('an answer written before somebody else’s came is stopped', async (t) => {
  const { reply, asking } = await asked(t);
  await reply({ seenMessageId: asking });
  await t.throwsAsync(reply({ seenMessageId: asking }), { code: 'answered_meanwhile' });
});

test('an answer in a conversation that is not there raises not_found', async (t) => {
  const { reply } = await asked(t);
  await t.throwsAsync(reply({ conversationId: 999 as ConversationId }), { code: 'not_found' });
});
