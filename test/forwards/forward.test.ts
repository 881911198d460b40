import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { findConversation } from '../../core/conversations/list.ts';
import { composeMessage } from '../../core/deliveries/compose.ts';
import { deliveriesOf } from '../../core/deliveries/list.ts';
import { type ForwardOrder, forwardMessages } from '../../core/forwards/forward.ts';
import { forwardsOf } from '../../core/forwards/list.ts';
import { quotedHtmlStretches, withoutHtmlStretches } from '../../core/lib/quoted-html.ts';
import { quotedStretches, withoutStretches } from '../../core/lib/quoted-text.ts';
import type { SafeHtml } from '../../core/lib/safe-html.ts';
import { sanitiseHtml } from '../../core/lib/sanitise-html.ts';
import { escapeHtml } from '../../core/lib/text-to-html.ts';
import { findMessage } from '../../core/messages/list.ts';
import { addNote } from '../../core/messages/note.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { changeGeneral } from '../../core/settings/general.ts';
import { houseFor } from '../support/house.ts';
import { scriptedChannel, settled, work } from '../support/sending.ts';
import { tempDir } from '../support/temp-dir.ts';

const SERVICE = { address: 'serwis@naprawa.test', name: 'Serwis' };
const sha = (letter: string): string => letter.repeat(64);
const file = (filename: string, letter: string, more = {}) => ({
  ...{ filename, contentType: 'image/png', bytes: 5, sha256: sha(letter), contentId: null, inline: false, ...more },
});

/** A customer's mail with a picture in its text and a file, our answer, a note, and his second mail. */
async function talk(t: ExecutionContext) {
  const house = await houseFor(t);
  const { scope, endpoints, agentId } = house;
  const dir = tempDir(t);
  for (const letter of ['a', 'b']) writeFileSync(join(dir, sha(letter)), `byte${letter}`);
  const first = await house.mail({
    from: { address: 'jan@klient.test', name: 'Jan Lis' },
    subject: 'Re: Pralka',
    text: 'Nie kręci się.',
    html: '<p>Nie kręci się.</p><img src="cid:p1@x" alt="bęben"><img src="cid:gone@x">' as SafeHtml,
    attachments: [file('image001.png', 'a', { contentId: 'p1@x', inline: true }), file('faktura.pdf', 'b')],
  });
  const { conversationId } = first;
  const said = (text: string) => ({ conversationId, authorId: agentId, text, html: null, attachments: [] });
  await replyToConversation(scope, endpoints, { ...said('Sprawdzimy.') });
  await addNote(scope, endpoints, said('Klient trudny.'));
  const parent = await findConversation(scope, conversationId);
  const second = await house.mail({
    ...{ from: { address: 'jan@klient.test', name: 'Jan Lis' }, text: `Pisałem na help+${parent?.replyToken.toUpperCase()}@company.test` },
    replyTokens: [parent?.replyToken ?? ''],
  });
  const order = { ...said('Proszę o wycenę.'), to: [SERVICE], messageId: null, withFiles: true };
  const forward = (more: Partial<ForwardOrder> = {}) => forwardMessages(house.agentScope, endpoints, { ...order, ...more });
  const letter = async (id: typeof first.messageId) => {
    const [claimed] = await deliveriesOf(scope, [id]);
    if (!claimed) throw new Error('no delivery');
    return composeMessage(scope, { has: async () => true, path: (sha256) => join(dir, sha256) }, [claimed]);
  };
  return { ...house, conversationId, said, parent, first, second, forward, letter };
}

test('one message goes to somebody else with its picture in its place and its file byte for byte', async (t) => {
  const { forward, letter, first, scope, conversationId, agentId } = await talk(t);
  const before = await findConversation(scope, conversationId);
  const { sideId, messageId } = await forward({ messageId: first.messageId });
  const mail = await letter(messageId);
  t.is(mail.subject, 'Fwd: Pralka');
  t.deepEqual(mail.to, [SERVICE]);
  t.deepEqual([mail.references, mail.inReplyTo], [[], null]);
  t.regex(
    mail.text,
    /^Proszę o wycenę\.\n\n-+ Wiadomość przekazana -+\nOd: Jan Lis <jan@klient\.test>\nData: 24 listopada 2026, 10:00\nTemat: Re: Pralka\nDo: help@company\.test\n\nNie kręci się\.$/,
  );
  t.true(mail.html?.includes('src="cid:image001.png"'));
  t.false(mail.html?.includes('gone'));
  t.deepEqual(
    mail.attachments.map(({ filename, contentType }) => [filename, contentType]),
    [
      ['image001.png', 'image/png'],
      ['faktura.pdf', 'image/png'],
    ],
  );
  t.deepEqual(await Promise.all(mail.attachments.map((one) => readAll(one.open()))), ['bytea', 'byteb']);
  t.deepEqual(await findConversation(scope, conversationId), before, 'the customer sees nothing of it');
  t.like(await findConversation(scope, sideId), { contactAddress: SERVICE.address, assigneeId: agentId, folderId: before?.folderId });
});

test('the whole conversation goes without notes, without the secret of its thread, and as far as its author had seen', async (t) => {
  const { forward, letter, second } = await talk(t);
  const all = await letter((await forward()).messageId);
  t.deepEqual(all.text.match(/^(?:Od: .*|Nie kręci się\.|Sprawdzimy\.|Klient trudny\.|Pisałem.*)$/gm), [
    ...['Od: Jan Lis <jan@klient.test>', 'Nie kręci się.', 'Od: Anna Nowak, help@company.test <help@company.test>', 'Sprawdzimy.'],
    ...['Od: Jan Lis <jan@klient.test>', 'Pisałem na help+@company.test'],
  ]);
  for (const form of [all.text, all.html ?? '']) t.false(form.includes('trudny'));
  const earlier = await letter(
    (await forward({ seenMessageId: (second.messageId - 1) as typeof second.messageId, withFiles: false })).messageId,
  );
  t.false(earlier.text.includes('Pisałem'));
  t.deepEqual(earlier.attachments, []);
  t.false(earlier.html?.includes('<img'));
});

test('of the whole conversation nothing goes that waits for its moment or was taken back: nobody outside has it', async (t) => {
  const { forward, letter, said, scope, endpoints, pass } = await talk(t);
  const at = new Date(scope.now().getTime() + 86_400_000);
  await replyToConversation(scope, endpoints, { ...said('Rabat od jutra.'), schedule: { at, stopsOnAnswer: false } });
  t.false((await letter((await forward()).messageId)).text.includes('Rabat'));
  pass(1_440);
  t.true((await letter((await forward()).messageId)).text.includes('Rabat od jutra.'), 'on its way by now');
  await scope.db('deliveries').where({ status: 'queued' }).update({ status: 'cancelled', next_attempt_at: null });
  t.false((await letter((await forward()).messageId)).text.includes('Rabat'));
});

test('its head is in the language and the time zone of the company, in both forms, and our own reader folds it', async (t) => {
  const { forward, letter, mail, scope } = await talk(t);
  const to = [{ address: 'help@company.test', name: 'Biuro' }];
  const cc = [{ address: 'ola@klient.test', name: 'Ola & Co' }];
  const { messageId: about } = await mail({ to, cc, subject: 'Rury', text: 'Cieknie.', html: '<p>Cieknie.</p>' as SafeHtml });
  const { messageId } = await forward({ conversationId: (await findMessage(scope, about)).conversationId, messageId: about });
  for (const [defaultLanguage, timeZone, words] of [
    ['pl', 'Europe/Warsaw', ['Wiadomość przekazana', 'Od', 'Data: 24 listopada 2026, 10:00', 'Temat', 'Do', 'DW']],
    ['en', 'Asia/Tokyo', ['Forwarded message', 'From', 'Date: 24 November 2026, 18:00 GMT+9', 'Subject', 'To', 'Cc']],
    ['en', 'Europe/Warsaw', ['Forwarded message', 'From', 'Date: 24 November 2026, 10:00 CET', 'Subject', 'To', 'Cc']],
  ] as const) {
    await changeGeneral(scope, { defaultLanguage, timeZone });
    const { text, html } = await letter(messageId);
    const [mark, from, date, subject, toWord, ccWord] = words;
    const head = [
      ...[`${from}: jan@customer.test`, date, `${subject}: Rury`],
      ...[`${toWord}: Biuro <help@company.test>`, `${ccWord}: Ola & Co <ola@klient.test>`],
    ];
    t.is(text, `Proszę o wycenę.\n\n---------- ${mark} ----------\n${head.join('\n')}\n\nCieknie.`);
    t.true(html?.includes(`<p>${head.map(escapeHtml).join('<br>')}</p>`), html ?? '');

    const answer = text.replace('Proszę o wycenę.', '200 zł');
    t.is(withoutStretches(answer, quotedStretches(answer)), '200 zł');
    const answerHtml = sanitiseHtml((html ?? '').replace('Proszę o wycenę.', '200 zł'));
    t.is(
      withoutHtmlStretches(answerHtml, quotedHtmlStretches(answerHtml))
        .replace(/<[^>]*>/g, '')
        .trim(),
      '200 zł',
    );
  }
});

test('what the third party answers comes to the side conversation, and the first one shows that it did', async (t) => {
  const { forward, letter, mail, agentScope, conversationId, scope } = await talk(t);
  const { sideId, messageId } = await forward({ text: '', to: [SERVICE, { address: 'szef@naprawa.test', name: null }] });
  t.like((await forwardsOf(agentScope, [conversationId])).lines[0], {
    sideId,
    contact: 'Serwis',
    count: 3,
    isWhole: true,
    answeredAt: null,
  });
  const { externalId } = await letter(messageId);
  const answer = await mail({ from: SERVICE, text: '200 zł', references: [externalId] });
  t.is(answer.conversationId, sideId);
  t.is((await findConversation(scope, conversationId))?.messageCount, 4);
  t.not((await forwardsOf(agentScope, [conversationId])).lines[0]?.answeredAt, null);
  t.deepEqual((await forwardsOf(agentScope, [sideId])).origins, [{ conversationId, subject: 'Re: Pralka', isSeen: true }]);
});

test('nothing is sent on that is no part of it, holds a virus, or goes to nobody', async (t) => {
  const { forward, mail, scope, endpoints, conversationId, agentId, first } = await talk(t);
  const other = await mail({ from: { address: 'ewa@klient.test', name: null }, text: 'Coś innego' });
  const { messageId: note } = await addNote(scope, endpoints, {
    conversationId,
    authorId: agentId,
    text: 'x',
    html: null,
    attachments: [],
  });
  for (const messageId of [other.messageId, note]) await t.throwsAsync(forward({ messageId }), { code: 'not_found' });
  await t.throwsAsync(forward({ to: [] }), { code: 'invalid' });
  await t.throwsAsync(forward({ to: [{ address: 'help@company.test', name: null }] }), { code: 'invalid' });
  await t.throwsAsync(forward({ limits: { maxAttachments: 10, maxMessageMb: 0.001 } }), { code: 'invalid' });
  await t.notThrowsAsync(forward({ limits: { maxAttachments: 1, maxMessageMb: 1 } }), 'its files are not counted');
  await scope.db('raw_inbound').where({ id: first.record.id }).update({ virus_state: 'infected' });
  const { fields } = await t.throwsAsync<Error & { fields: object }>(forward());
  t.deepEqual(fields, { withFiles: 'forwards.problem.infected' });
  await t.notThrowsAsync(forward({ withFiles: false }));
});

test('what was to go along and is gone stops the forward: nothing leaves without it', async (t) => {
  const house = await talk(t);
  const { forward, letter, scope, conversationId } = house;
  const { messageId } = await forward();
  await scope.db('conversations').where({ id: conversationId }).delete();
  await t.throwsAsync(letter(messageId), { code: 'not_found' });
  await t.notThrowsAsync(findMessage(scope, messageId));
  const channel = scriptedChannel();
  work(t, house, channel.send);
  const [delivery] = await settled(house, messageId);
  t.like(delivery, { status: 'failed', note: 'deliveries.note.forwarded_gone', nextAttemptAt: null }, 'at once, not after four days');
  t.is(channel.sent.length, 0);
});
