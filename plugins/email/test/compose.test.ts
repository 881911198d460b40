import { Readable } from 'node:stream';
import test from 'ava';
import type { InboundMessage, Inbox, OutboundMessage } from '../../../core/plugins/contract.ts';
import interpret from '../inbound/interpret.ts';
import { composeMail } from '../outbound/compose.ts';
import type { EmailSettings } from '../settings.ts';
import { attachment, inboxOf, outbound, recipient, TOKEN } from './messages.ts';

async function bytesOf(message: OutboundMessage, inbox: Inbox<EmailSettings> = inboxOf()): Promise<string> {
  return Buffer.concat(await composeMail(message, inbox).stream.toArray()).toString();
}

/** What our own reader makes of our own mail: a round trip through the wire form. */
async function readBack(raw: string): Promise<InboundMessage> {
  const bytes = Buffer.from(raw);
  const [item] = await interpret({
    inbox: { address: 'x@klient.test', name: 'x' },
    contentType: 'message/rfc822',
    envelope: {},
    receivedAt: new Date(0),
    bytes: bytes.length,
    open: () => Readable.from([bytes]),
  });
  if (item?.kind !== 'message') throw new Error('not a message');
  return item;
}

const field = (raw: string, name: string): string | undefined =>
  new RegExp(`^${name}: ((?:.*\\r\\n)(?:[ \\t].*\\r\\n)*)`, 'mi')
    .exec(raw.slice(0, raw.indexOf('\r\n\r\n') + 2))?.[1]
    ?.replace(/\r\n\s*/g, ' ')
    .trim();

test('an answer carries sender, threading headers, date and our own Message-ID', async (t) => {
  const raw = await bytesOf(outbound());
  t.is(field(raw, 'From'), '"Jan Nowak, ACME" <biuro@firma.test>');
  t.is(field(raw, 'Message-ID'), `<${TOKEN}@firma.test>`);
  t.is(field(raw, 'In-Reply-To'), '<question@klient.test>');
  t.is(field(raw, 'References'), '<first@klient.test> <question@klient.test>');
  t.is(field(raw, 'Date'), 'Tue, 24 Nov 2026 08:30:00 +0000');
  t.is(field(raw, 'MIME-Version'), '1.0');
  t.is(field(raw, 'Auto-Submitted'), undefined);
  const read = await readBack(raw);
  t.is(read.subject, 'Re: Zażółć gęślą jaźń');
  t.is(read.text?.trim(), 'Dzień dobry,\nprzesyłam odpowiedź.\n.\n..kropki');
  t.deepEqual(read.to, [{ address: 'anna@klient.test', name: 'Anna Żółć' }]);
});

test('ids that strangers gave stand in the answer as they are or not at all, those beyond ASCII only where addresses beyond it may', async (t) => {
  const ids = ['pierwszy@klient.test', 'ż@klient.test', '\ufffd@klient.test', 'a\u202eb@klient.test', 'a\u0001@x.test', 'r'.repeat(997)];
  const answer = async (options: { utf8: boolean }, references: readonly string[]): Promise<string> => {
    const message = outbound({ references, inReplyTo: references.at(-1) ?? null });
    return Buffer.concat(await composeMail(message, inboxOf(), options).stream.toArray()).toString();
  };
  const plain = await answer({ utf8: false }, ids);
  t.is(field(plain, 'References'), '<pierwszy@klient.test>');
  t.is(field(plain, 'In-Reply-To'), undefined);
  t.regex(plain.slice(0, plain.indexOf('\r\n\r\n')), /^[\r\n\t\x20-\x7e]*$/, 'RFC 5322 without RFC 6532');
  t.is(field(await answer({ utf8: true }, ids), 'References'), '<pierwszy@klient.test> <ż@klient.test>');
  t.is(field(await answer({ utf8: true }, ids.slice(0, 2)), 'In-Reply-To'), '<ż@klient.test>');
  t.is(field(await answer({ utf8: false }, ids.slice(1)), 'References'), undefined);
});

test('two attempts at one message differ in nothing but the MIME boundary', async (t) => {
  const message = outbound({ html: '<p>x</p>', attachments: [attachment('a.txt', 'text/plain', 'a')] });
  const [first, second] = await Promise.all([bytesOf(message), bytesOf(message)]);
  const plain = (raw: string): string =>
    raw.replaceAll(/----?_?NmP[^"\s]*?(?=--\r|"|\r)/g, 'BOUNDARY').replaceAll(/--_NmP[^\s"]*/g, 'BOUNDARY');
  t.is(plain(first), plain(second));
});

test('the reply address carries the token only when the inbox wants it and it still fits', async (t) => {
  t.is(field(await bytesOf(outbound()), 'Reply-To'), `"Jan Nowak, ACME" <biuro+r.${TOKEN}@firma.test>`);
  t.is(field(await bytesOf(outbound({ replyToken: null })), 'Reply-To'), undefined);
  t.is(field(await bytesOf(outbound(), inboxOf({ replyTokens: false })), 'Reply-To'), undefined);
  const long = { ...inboxOf(), address: `${'a'.repeat(50)}@firma.test` };
  t.is(field(await bytesOf(outbound(), long), 'Reply-To'), undefined);
});

test('the sender name follows the setting of the inbox', async (t) => {
  t.is(field(await bytesOf(outbound(), inboxOf({ senderName: 'company' })), 'From'), 'Sklep ACME <biuro@firma.test>');
  t.is(field(await bytesOf(outbound({ fromName: null })), 'From'), 'Sklep ACME <biuro@firma.test>');
});

test('a file whose name is the beginning of what the HTML shows is an attachment like any other', async (t) => {
  const html = '<p><img src="cid:image001.png@01DA1234.ABCD"><img src="cid:a.png.png"></p>';
  const names = ['image001.png', 'a.png', 'a.png.png'];
  const raw = await bytesOf(outbound({ html, attachments: names.map((name) => attachment(name, 'image/png', name)) }));
  t.deepEqual(raw.match(/^content-id: .*/gim), ['Content-ID: <a.png.png>'], 'only that one lies beside the HTML');
  t.is((await readBack(raw)).html, html);
});

test('an HTML answer has a plain alternative first and its pictures beside the HTML', async (t) => {
  const html = '<p>Zdjęcie: <img src="cid:foto.png"></p>';
  const raw = await bytesOf(
    outbound({
      html,
      attachments: [attachment('foto.png', 'image/png', 'PNG'), attachment('Umowa najmu – żółta.pdf', 'application/pdf', 'PDF')],
    }),
  );
  t.regex(field(raw, 'Content-Type') ?? '', /^multipart\/mixed/);
  t.true(raw.indexOf('text/plain') < raw.indexOf('text/html'));
  const read = await readBack(raw);
  t.is(read.html, html);
  t.deepEqual(
    read.attachments.map(({ filename, contentType, inline, content }) => [filename, contentType, inline, Buffer.from(content).toString()]),
    [
      ['foto.png', 'image/png', true, 'PNG'],
      ['Umowa najmu – żółta.pdf', 'application/pdf', false, 'PDF'],
    ],
  );
});

test('mail of the machine itself says so', async (t) => {
  const raw = await bytesOf(outbound({ automated: true, replyToken: null, inReplyTo: null, references: [] }));
  t.is(field(raw, 'Auto-Submitted'), 'auto-generated');
  t.is(field(raw, 'In-Reply-To'), undefined);
  t.true((await readBack(raw)).automated);
});

test('hidden recipients are in no header', async (t) => {
  const raw = await bytesOf(
    outbound({
      recipients: [recipient(1, 'anna@klient.test'), recipient(2, 'boss@klient.test', 'cc'), recipient(3, 'secret@klient.test', 'bcc')],
    }),
  );
  t.is(field(raw, 'Cc'), 'boss@klient.test');
  t.false(raw.includes('secret@klient.test'));
});

test('no text can add a header or a recipient', async (t) => {
  const evil = 'x\r\nBcc: evil@evil.test\r\n\r\nbody';
  const raw = await bytesOf(
    outbound({
      subject: evil,
      fromName: `x" <evil@evil.test>, "${evil}`,
      externalId: `id${evil}`,
      inReplyTo: evil,
      references: [evil],
      recipients: [recipient(1, 'anna@klient.test', 'to', `x" <evil@evil.test>, "\r\nBcc: evil@evil.test`)],
      attachments: [attachment(`a${evil}.txt`, `text/plain\r\nBcc: evil@evil.test`, 'a')],
    }),
  );
  t.notRegex(raw, /^Bcc:/im);
  const read = await readBack(raw);
  t.deepEqual(
    read.to.map(({ address }) => address),
    ['anna@klient.test'],
  );
  t.is(read.from.address, 'biuro@firma.test');
});

test('an attachment is never read from a path or an address', async (t) => {
  const raw = await bytesOf(outbound({ text: 'x', attachments: [attachment('/etc/hostname', 'text/plain', 'content')] }));
  t.is(Buffer.from((await readBack(raw)).attachments[0]?.content ?? '').toString(), 'content');
});

test('an attachment that cannot be read ends the mail instead of cutting it', async (t) => {
  const broken = {
    ...attachment('a.txt', 'text/plain', 'a'),
    open: () =>
      new Readable({
        read() {
          this.destroy(new Error('blob is gone'));
        },
      }),
  };
  const mail = composeMail(outbound({ attachments: [broken] }), inboxOf());
  await t.throwsAsync(mail.stream.toArray(), { message: /blob is gone/ });
  t.false(mail.isWhole());
});

test('an automatic answer says that it is one, a mail of the machine itself that it was generated', async (t) => {
  const answer = await bytesOf(outbound({ automated: true }));
  t.is(field(answer, 'Auto-Submitted'), 'auto-replied');
  t.is(field(answer, 'X-Auto-Response-Suppress'), 'All');
  t.is((await readBack(answer)).machine, 'auto-reply');
  t.is(field(await bytesOf(outbound({ automated: true, replyToken: null })), 'Auto-Submitted'), 'auto-generated');
});

test('a text of many lines is handed over in large pieces, and everybody else has a turn after each', async (t) => {
  let turns = 0;
  const count = (): void => {
    turns += 1;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  const pieces = await composeMail(outbound({ text: 'tak\n'.repeat(200_000) }), inboxOf()).stream.toArray();
  clearImmediate(counting);
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  t.true(bytes > 1_000_000);
  t.true(pieces.length <= bytes / 65_536 + 1, `${pieces.length} pieces`);
  t.true(turns >= pieces.length - 1, `${turns} turns`);
});
