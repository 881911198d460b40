import test from 'ava';
import { cpuMs } from '../../../test/support/cpu-time.ts';
import { UNKNOWN_SENDER } from '../inbound/letterhead.ts';
import { messageIn, multipart } from './mails.ts';

const TEXT = 'Content-Type: text/plain; charset=utf-8\n\nplain';
const HTML = 'Content-Type: text/html; charset=utf-8\n\n<b>html</b>';
const PDF = 'Content-Type: application/pdf; name=a.pdf\n\npdf';

const names = (message: { attachments: readonly { filename: string }[] }): readonly string[] =>
  message.attachments.map(({ filename }) => filename);

test('the sender is the first usable of From, Sender and the envelope', async (t) => {
  const sender = async (fields: string, envelope: Record<string, string> = {}) => (await messageIn(`${fields}\n\nx`, envelope)).from;
  const mailFrom = 'bounce@klient.test';
  t.deepEqual(await sender('From: Anna <ANNA@Klient.test>\nSender: s@klient.test', { mailFrom }), {
    address: 'anna@klient.test',
    name: 'Anna',
  });
  t.deepEqual(await sender('From: Anna <anna>\nSender: S <s@klient.test>', { mailFrom }), { address: 's@klient.test', name: 'S' });
  t.deepEqual(await sender('From: "Anna" <anna@@klient>', { mailFrom }), { address: mailFrom, name: 'Anna' });
  t.deepEqual(await sender('Subject: x', { mailFrom: '' }), { address: UNKNOWN_SENDER, name: null });
  t.deepEqual(await sender('From: a@klient.test, b@klient.test'), { address: 'a@klient.test', name: null });
  t.deepEqual(await sender('From: a@klient.test\nFrom: evil@evil.test'), { address: 'a@klient.test', name: null });
  t.deepEqual(await sender('From: Team: a@klient.test, b@klient.test;'), { address: 'a@klient.test', name: null });
});

test('a sender whose program encoded his address together with his name is read, but never in place of one that can be', async (t) => {
  const whole = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
  const sender = async (from: string) => (await messageIn(`From: ${from}\n\nx`, { mailFrom: 'www-data@host.test' })).from;
  const jan = { address: 'jan@klient.test', name: 'Jan Żak' };
  t.deepEqual(await sender(whole('Jan Żak <jan@klient.test>')), jan);
  t.deepEqual(await sender('=?utf-8?Q?Jan_=C5=BBak_=3Cjan=40klient.test=3E?='), jan);
  t.is((await sender(`${whole('Szef <szef@firma.test>')} <obcy@evil.test>`)).address, 'obcy@evil.test');
  t.deepEqual(await sender(whole('Jan Żak')), { address: 'www-data@host.test', name: 'Jan Żak' });
});

test('an address hidden in a name or behind a comment is not taken for the sender', async (t) => {
  const message = await messageIn('From: "ceo@firma.test" <stranger@evil.test> (ceo@firma.test)\n\nx');
  t.is(message.from.address, 'stranger@evil.test');
});

test('of alternatives the best form is shown, and text and HTML are both kept', async (t) => {
  const message = await messageIn(multipart('alternative', TEXT, HTML));
  t.like(message, { text: 'plain', html: '<b>html</b>', attachments: [] });
  const reversed = await messageIn(multipart('alternative', HTML, TEXT));
  t.like(reversed, { text: 'plain', html: '<b>html</b>' });
});

test('of alternatives one that shows nothing gives way to one with words', async (t) => {
  const blank = 'Content-Type: text/plain\n\n \n';
  const empty = 'Content-Type: text/html\n\n<html><head><style>p {}</style></head><body><!-- x --><p>&nbsp;</p></body></html>';
  t.like(await messageIn(multipart('alternative', TEXT, empty)), { text: 'plain', html: null });
  t.like(await messageIn(multipart('alternative', blank, HTML)), { text: null, html: '<b>html</b>' });
  t.like(await messageIn(multipart('alternative', TEXT, 'Content-Type: text/html\n\n<img src="cid:a">')), { html: '<img src="cid:a">' });
  t.true((await messageIn(multipart('alternative', blank, empty))).html?.includes('&nbsp;'));
});

test('what only other programs show of the same words is no attachment, where it is all there is it stays one', async (t) => {
  const amp = 'Content-Type: text/x-amp-html; charset=utf-8\n\n<html amp4email>plain</html>';
  t.like(await messageIn(multipart('alternative', TEXT, amp, HTML)), { text: 'plain', html: '<b>html</b>', attachments: [] });
  t.like(await messageIn(multipart('alternative', TEXT, 'Content-Type: text/watch-html\n\n<b>plain</b>')), {
    text: 'plain',
    attachments: [],
  });
  t.is((await messageIn(multipart('alternative', amp))).attachments.length, 1);
  t.is((await messageIn(multipart('mixed', TEXT, amp))).attachments.length, 1);
  const named = amp.replace('\n\n', '; name=a.html\n\n');
  t.deepEqual(names(await messageIn(multipart('alternative', TEXT, named))), ['a.html']);
});

test('a page without a charset in its header is read by the one it names itself, where its bytes allow', async (t) => {
  const page = async (type: string, meta: string, word: string | Buffer) => {
    const head = `Content-Type: ${type}\n\n<head><meta ${meta}></head><p>`;
    const { html } = await messageIn(`${head}${Buffer.from(word).toString('latin1')}</p>`);
    return /<p>(.*)<\/p>/.exec(html ?? '')?.[1];
  };
  const privet = Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]);
  const equiv = 'http-equiv="Content-Type" content="text/html; charset=windows-1251"';
  t.is(await page('text/html', equiv, privet), 'Привет');
  t.is(await page('text/html; charset=us-ascii', 'charset=windows-1251', privet), 'Привет');
  t.is(await page('text/html', 'charset="iso-8859-1"', Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65])), 'Grüße');
  t.is(await page('text/html; charset=windows-1250', equiv, Buffer.from([0xb9])), 'ą');
  t.is(await page('text/html', equiv, 'żółw'), 'żółw');
  t.is(await page('text/html', 'charset=utf-16', Buffer.from([0xb9])), 'ą');
});

test('parts are found though the header names another boundary than the body has', async (t) => {
  const body = multipart('mixed', TEXT, PDF).replace(/boundary=\S+/, 'boundary="of another mail"');
  const message = await messageIn(body);
  t.like(message, { text: 'plain' });
  t.deepEqual(names(message), ['a.pdf']);
  const letter = 'Content-Type: multipart/mixed; boundary=b\n\nDzien dobry\n-- \nJan\n';
  t.is((await messageIn(letter)).text, 'Dzien dobry\n-- \nJan\n');
});

test('a mail that was encoded as a whole, or names its encoding in quotation marks, is read', async (t) => {
  const whole = multipart('mixed', TEXT, PDF).split('\n\n');
  const encoded = Buffer.from(
    whole
      .slice(1)
      .join('\r\n\r\n')
      .replace(/(?<!\r)\n/g, '\r\n'),
  ).toString('base64');
  const message = await messageIn(`${whole[0]}\nContent-Transfer-Encoding: base64\n\n${encoded}\n`);
  t.is(message.text, 'plain');
  t.deepEqual(names(message), ['a.pdf']);
  const quoted = `Content-Type: text/plain\nContent-Transfer-Encoding: "base64"\n\n${Buffer.from('plain').toString('base64')}\n`;
  t.is((await messageIn(quoted)).text, 'plain');
  const letter = 'Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\nRHppZW4gZG9icnk=\n';
  t.is((await messageIn(letter)).text, 'Dzien dobry');
});

test('a very long file name keeps the ending that says what opens it', async (t) => {
  const { attachments } = await messageIn(multipart('mixed', TEXT, `Content-Type: application/pdf; name="${'a'.repeat(300)}.pdf"\n\npdf`));
  t.is(attachments[0]?.filename, `${'a'.repeat(251)}.pdf`);
});

test('a date made to make reading slow is read in no time', async (t) => {
  const started = cpuMs();
  t.is((await messageIn(`Date: ${'('.repeat(400_000)}\n\nx`)).sentAt, null);
  t.true(cpuMs() - started < 1_000);
});

test('a mail that has only HTML leaves its text to core', async (t) => {
  t.like(await messageIn(HTML), { text: null, html: '<b>html</b>' });
});

test('texts that follow each other are all shown', async (t) => {
  const plain = await messageIn(multipart('mixed', TEXT, PDF, 'Content-Type: text/plain\n\nafter'));
  t.like(plain, { text: 'plain\nafter', html: null });
  const mixed = await messageIn(multipart('mixed', HTML, PDF, 'Content-Type: text/plain\n\n1 < 2'));
  t.is(mixed.text, null);
  t.is(mixed.html, '<b>html</b>\n<div style="white-space:pre-wrap">1 &lt; 2</div>');
  t.deepEqual(names(mixed), ['a.pdf']);
  const lines = await messageIn(multipart('mixed', 'Content-Type: text/plain\n\nTak.\n\n> cytat', HTML));
  t.is(lines.html, '<div style="white-space:pre-wrap">Tak.<br><br>&gt; cytat</div>\n<b>html</b>');
});

test('only a picture that the HTML shows is inline', async (t) => {
  const picture = (id: string): string =>
    `Content-Type: image/png; name=${id}.png\nContent-ID: <${id}@x>\nContent-Disposition: inline\n\npng`;
  const html = 'Content-Type: text/html\n\n<img src="cid:a@x"><img src=\'CID:b%40x\'>';
  const { attachments } = await messageIn(multipart('related', html, picture('a'), picture('b'), picture('c')));
  t.deepEqual(
    attachments.map(({ filename, contentId, inline }) => [filename, contentId, inline]),
    [
      ['a.png', 'a@x', true],
      ['b.png', 'b@x', true],
      ['c.png', null, false],
    ],
  );
});

test('text with a file name is a file unless it opens the mail', async (t) => {
  const named = 'Content-Type: text/plain; name=notes.txt\n\nnotes';
  const first = await messageIn(multipart('mixed', named, named));
  t.is(first.text, 'notes');
  t.deepEqual(names(first), ['notes.txt']);
  const attached = await messageIn('Content-Type: text/plain\nContent-Disposition: attachment; filename=x.txt\n\nall of it');
  t.is(attached.text, null);
  t.deepEqual(names(attached), ['x.txt']);
});

test('a message inside the message is one attachment with a name that opens', async (t) => {
  const inner = (fields: string): string => `Content-Type: message/rfc822\n\n${fields}\n\n${multipart('mixed', TEXT, PDF)}`;
  const message = await messageIn(
    multipart(
      'mixed',
      TEXT,
      inner('Subject: a/b: c?'),
      inner('From: x@y.test'),
      `Content-Type: message/rfc822; name=given.eml\n\nSubject: x\n\nx`,
    ),
  );
  t.deepEqual(names(message), ['a b c.eml', 'message.eml', 'given.eml']);
  t.is(message.text, 'plain');
});

test('a signed mail shows its text and keeps the signature', async (t) => {
  const message = await messageIn(multipart('signed', TEXT, 'Content-Type: application/pgp-signature; name=signature.asc\n\nsig'));
  t.is(message.text, 'plain');
  t.deepEqual(names(message), ['signature.asc']);
});

test('an encrypted or empty mail is a message all the same', async (t) => {
  const encrypted = await messageIn(
    multipart('encrypted', 'Content-Type: application/pgp-encrypted\n\nVersion: 1', 'Content-Type: application/octet-stream\n\nsecret'),
  );
  t.is(encrypted.attachments.length, 2);
  t.is(encrypted.text, null);
  const empty = await messageIn('');
  t.like(empty, { subject: null, text: '', html: null, externalId: null, sentAt: null });
});

test('a date is taken when the calendar knows it', async (t) => {
  const date = async (text: string) => (await messageIn(`Date: ${text}\n\nx`)).sentAt?.toISOString() ?? null;
  t.is(await date('Tue, 24 Nov 2026 09:30:00 +0100'), '2026-11-24T08:30:00.000Z');
  t.is(await date('24 Nov 2026 09:30 GMT (really)'), '2026-11-24T09:30:00.000Z');
  t.is(await date('Tue, 24 Nov 2026 09:30:00'), '2026-11-24T09:30:00.000Z');
  for (const wrong of ['', 'yesterday', '1 Jan 1900 00:00:00 +0000', 'Fri, 31 Dec 99999 00:00:00 +0000'])
    t.is(await date(wrong), null, wrong);
});

test('a subject is one line that can be stored', async (t) => {
  const subject = async (text: string) => (await messageIn(`Subject: ${text}\n\nx`)).subject;
  t.is(await subject('a\n\tb\n  c'), 'a b c');
  t.is(await subject('a\0b'), 'ab');
  t.is(await subject(''), null);
  t.is((await subject('x'.repeat(5000)))?.length, 1000);
  t.is(await subject('=?utf-8?Q?a=00b?='), 'ab');
});

test('reply tokens come from the envelope first and only from addresses of ours in form', async (t) => {
  const fields =
    'To: biuro+r.bbbbbbbbbb@firma.test, biuro+r.bad_token!@firma.test\nDelivered-To: biuro+r.cccccccccc@firma.test\nSubject: r.dddddddddd';
  const message = await messageIn(`${fields}\n\nbiuro+r.eeeeeeeeee@firma.test`, {
    rcptTo: '["biuro+r.aaaaaaaaaa@firma.test","biuro+r.bbbbbbbbbb@firma.test"]',
  });
  t.deepEqual(message.replyTokens, ['aaaaaaaaaa', 'bbbbbbbbbb', 'cccccccccc']);
});
