import test from 'ava';
import { findConversation } from '../../core/conversations/list.ts';
import { recountCounters } from '../../core/conversations/recount.ts';
import { cancelDelivery } from '../../core/deliveries/cancel.ts';
import { deliveriesOf } from '../../core/deliveries/list.ts';
import { retryDelivery } from '../../core/deliveries/retry.ts';
import { listDrafts, saveDraft } from '../../core/drafts/save.ts';
import { type Sending, sendDraft, sendFirst } from '../../core/drafts/send.ts';
import type { DraftInput } from '../../core/drafts/types.ts';
import { rescheduleMessage } from '../../core/messages/reschedule.ts';
import { withdrawMessage } from '../../core/messages/withdraw.ts';
import { messagesWithWords } from '../../core/search/find.ts';
import { changeGeneral } from '../../core/settings/general.ts';
import { type House, houseFor } from '../support/house.ts';
import { ACCEPTED, scriptedChannel, settled, withAnswer, work } from '../support/sending.ts';
import { until } from '../support/until.ts';

const FIELDS: DraftInput['fields'] = {
  ...{ to: null, moreTo: '', cc: '', bcc: '', subject: '', inboxId: null, quoted: true, dropped: [] },
};
const draft = (text: string, more: Partial<DraftInput> = {}): DraftInput => ({ kind: 'reply', html: '', text, fields: FIELDS, ...more });
const sending = (text: string, more: Partial<Sending> = {}): Sending => ({
  draft: draft(text),
  to: [{ address: 'jan@customer.test', name: 'Jan' }],
  cc: [{ address: 'ola@customer.test', name: null }],
  bcc: [],
  attachments: [],
  close: false,
  schedule: null,
  seenMessageId: null,
  ...more,
});

const sha256 = 'a'.repeat(64);
const FILE = { filename: 'oferta.pdf', contentType: 'application/pdf', bytes: 3, sha256, contentId: null, inline: false };

async function answered(t: Parameters<typeof houseFor>[0], more: Partial<Sending> = {}) {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  const before = await findConversation(house.scope, conversationId);
  const sent = await sendDraft(house.agentScope, house.endpoints, house.agentId, conversationId, sending('Zadzwonię jutro', more));
  return { house, conversationId, before, sent };
}

const rowsOf = (house: House, table: string) => house.scope.db(table).select();

test('a message that is taken back leaves nothing in the conversation and is a draft with recipients and files', async (t) => {
  const { house, conversationId, before, sent } = await answered(t, { close: true, attachments: [FILE] });
  t.is(sent.undoSeconds, 10);
  t.like(await findConversation(house.scope, conversationId), {
    status: 'closed',
    waitingSince: null,
    messageCount: 2,
    hasAttachments: true,
  });
  t.deepEqual(await withdrawMessage(house.agentScope, sent.messageId, house.agentId), { conversationId });
  t.deepEqual(await findConversation(house.scope, conversationId), before);
  t.deepEqual((await house.events()).slice(-3), ['conversation.closed', 'conversation.unclosed', 'message.withdrawn']);
  for (const table of ['deliveries', 'attachments']) t.deepEqual(await rowsOf(house, table), []);
  t.deepEqual(await messagesWithWords(house.scope, 'Zadzwonię'), []);
  const [kept] = await listDrafts(house.scope, house.agentId);
  t.like(kept, { conversationId, kind: 'reply', text: 'Zadzwonię jutro', html: '' });
  t.like(kept?.fields, { to: ['"Jan" <jan@customer.test>'], copied: ['ola@customer.test'], cc: '', quoted: true });
  t.like(kept?.attachments[0], { filename: 'oferta.pdf', contentType: 'application/pdf', bytes: 3, sha256 });
  const counters = await rowsOf(house, 'counters');
  await recountCounters(house.scope);
  const nonZero = (list: readonly { name: string; value: number }[]) =>
    list.filter(({ value }) => value !== 0).sort((a, b) => (a.name < b.name ? -1 : 1));
  t.deepEqual(nonZero(counters), nonZero(await rowsOf(house, 'counters')));
});

test('a draft that came back with a file sends that file again, unless its author drops it', async (t) => {
  const { house, conversationId, sent } = await answered(t, { attachments: [FILE] });
  const { agentScope, endpoints, agentId } = house;
  await withdrawMessage(agentScope, sent.messageId, agentId);
  await saveDraft(agentScope, agentId, conversationId, draft(''));
  t.is((await listDrafts(house.scope, agentId))[0]?.attachments.length, 1, 'an emptied text does not lose the file');
  const again = await sendDraft(agentScope, endpoints, agentId, conversationId, sending('Jednak dziś'));
  t.deepEqual(await house.scope.db('attachments').pluck('filename'), ['oferta.pdf']);
  await withdrawMessage(agentScope, again.messageId, agentId);
  const [kept] = await listDrafts(house.scope, agentId);
  const dropped = kept?.attachments.map(({ id }) => id) ?? [];
  await sendDraft(agentScope, endpoints, agentId, conversationId, {
    ...sending('Bez pliku'),
    draft: draft('Bez pliku', { fields: { ...FIELDS, dropped } }),
  });
  t.deepEqual(await rowsOf(house, 'attachments'), []);
});

test('what was written since stays below the text that comes back, each letter of both', async (t) => {
  const { house, conversationId, sent } = await answered(t);
  await saveDraft(house.agentScope, house.agentId, conversationId, draft('Nowszy szkic', { html: '<div>Nowszy <b>szkic</b></div>' }));
  await withdrawMessage(house.agentScope, sent.messageId, house.agentId);
  const [kept] = await listDrafts(house.scope, house.agentId);
  t.is(kept?.text, 'Zadzwonię jutro\n\nNowszy szkic');
  t.is(kept?.html, '<p>Zadzwonię jutro</p><div>Nowszy <b>szkic</b></div>');
});

test('a message that a worker has taken cannot be taken back, and the one taken back is never sent', async (t) => {
  const { house, sent } = await answered(t);
  house.pass(1);
  const gate = Promise.withResolvers<void>();
  const channel = scriptedChannel(() => ACCEPTED);
  const worker = work(t, house, async (...args: Parameters<typeof channel.send>) => {
    await gate.promise;
    return channel.send(...args);
  });
  await until('it is being sent', async () => (await house.scope.db('deliveries').where({ status: 'sending' })).length === 2);
  const refused = { code: 'message_not_withdrawable' };
  await t.throwsAsync(withdrawMessage(house.agentScope, sent.messageId, house.agentId), refused);
  gate.resolve();
  await until('it is sent', async () => (await house.scope.db('deliveries').where({ status: 'sent' })).length === 2);
  await t.throwsAsync(withdrawMessage(house.agentScope, sent.messageId, house.agentId), refused);
  t.is(channel.sent.length, 1);
  t.deepEqual(await rowsOf(house, 'drafts'), []);

  const { conversationId } = await house.mail({ subject: 'Second' });
  const second = await sendDraft(house.agentScope, house.endpoints, house.agentId, conversationId, sending('Druga'));
  await withdrawMessage(house.agentScope, second.messageId, house.agentId);
  await t.throwsAsync(withdrawMessage(house.agentScope, second.messageId, house.agentId), { code: 'not_found' });
  house.pass(1);
  worker.wake();
  await worker.stop();
  t.is(channel.sent.length, 1);
});

test('a message that was tried for one recipient cannot be taken back, whatever a person decided about him and the others', async (t) => {
  for (const outcome of [{ state: 'unknown', reason: 'lost' } as const, null]) {
    const { house, messageId } = await withAnswer(t, ['jan@customer.test', 'ola@customer.test']);
    const [jan, ola] = await deliveriesOf(house.scope, [messageId]);
    if (!jan || !ola) throw new Error('no deliveries');
    await cancelDelivery(house.agentScope, ola.id);
    const channel = scriptedChannel(() => outcome ?? ACCEPTED);
    const worker = work(t, house, channel.send);
    await settled(house, messageId);
    await worker.stop();
    const [ours] = await house.scope.db('messages').where({ id: messageId });
    // A bounce may come without a word of the other server.
    const about = { externalId: ours.external_id as string, recipient: 'jan@customer.test' };
    if (outcome === null) await house.report({ about, outcome: 'bounced', status: null, diagnostic: null });
    if (outcome === null) await retryDelivery(house.agentScope, jan.id);
    else await cancelDelivery(house.agentScope, jan.id);
    await retryDelivery(house.agentScope, ola.id);
    await t.throwsAsync(withdrawMessage(house.agentScope, messageId, house.agentId), { code: 'message_not_withdrawable' });
    await t.throwsAsync(rescheduleMessage(house.agentScope, messageId, null), { code: 'message_not_withdrawable' });
  }
});

test('of a worker and a person who comes at the same moment exactly one gets the message', async (t) => {
  const house = await houseFor(t);
  await changeGeneral(house.scope, { undoSeconds: 0 });
  const channel = scriptedChannel();
  const worker = work(t, house, channel.send);
  let taken = 0;
  for (let n = 0; n < 20; n += 1) {
    const { conversationId } = await house.mail({ subject: `Nr ${n}` });
    const { messageId } = await sendDraft(house.agentScope, house.endpoints, house.agentId, conversationId, sending(`Nr ${n}`));
    if (n % 2 === 0) worker.wake();
    const back = withdrawMessage(house.agentScope, messageId, house.agentId).then(
      () => true,
      () => false,
    );
    if (n % 2 === 1) worker.wake();
    const isBack = await back;
    if (isBack) taken += 1;
    else await until('it is sent', () => channel.sent.some((one) => one.messageId === messageId));
    t.is(channel.sent.filter((one) => one.messageId === messageId).length, isBack ? 0 : 1);
  }
  t.is(channel.sent.length + taken, 20);
});

test('a conversation that began with the message taken back is gone, and its text waits in a new message', async (t) => {
  const house = await houseFor(t);
  const first = { ...sending('Oferta w załączniku'), draft: draft('Oferta w załączniku', { fields: { ...FIELDS, subject: 'Oferta' } }) };
  const sent = await sendFirst(house.agentScope, house.endpoints, house.agentId, house.inboxId, first);
  t.deepEqual(await withdrawMessage(house.agentScope, sent.messageId, house.agentId), { conversationId: null });
  t.is(await findConversation(house.scope, sent.conversationId), null);
  const [kept] = await listDrafts(house.scope, house.agentId);
  t.like(kept, { conversationId: null, kind: 'new', text: 'Oferta w załączniku' });
  t.like(kept?.fields, { moreTo: '"Jan" <jan@customer.test>', cc: 'ola@customer.test', subject: 'Oferta', inboxId: house.inboxId });
  t.deepEqual(
    (await rowsOf(house, 'counters')).filter(({ value }: { value: number }) => value !== 0),
    [],
  );
});

test('an answer that the customer wrote meanwhile stays when ours is taken back', async (t) => {
  const { house, conversationId, before, sent } = await answered(t, { close: true });
  const [ours] = await house.scope.db('messages').where({ id: sent.messageId });
  house.pass(1);
  const { messageId } = await house.mail({ references: [ours.external_id], text: 'Proszę o pilny kontakt' });
  await withdrawMessage(house.agentScope, sent.messageId, house.agentId);
  t.like(await findConversation(house.scope, conversationId), {
    status: 'open',
    lastMessageId: messageId,
    messageCount: 2,
    snippet: 'Proszę o pilny kontakt',
    waitingSince: before?.waitingSince ?? null,
  });
});
