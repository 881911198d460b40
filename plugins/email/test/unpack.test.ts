import test from 'ava';
import { cpuMs } from '../../../test/support/cpu-time.ts';
import { decompressRtf } from '../inbound/compressed-rtf.ts';
import { readRtf } from '../inbound/rtf.ts';
import { readTnef } from '../inbound/tnef.ts';
import { messageIn, multipart } from './mails.ts';
import { randomFrom } from './random.ts';
import { attachedFile, attribute, messageProperties, properties, property, storedRtf, tnef } from './tnef-file.ts';

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/(.{76})/g, '$1\n');
const file = (type: string, name: string, content: Buffer | string): string =>
  `Content-Type: ${type}\nContent-Disposition: attachment; filename="${name}"\nContent-Transfer-Encoding: base64\n\n${base64(Buffer.from(content))}`;
const withFile = (part: string): string =>
  `From: a@klient.test\nSubject: x\n${multipart('mixed', 'Content-Type: text/plain\n\nW załączniku.', part)}`;

const INNER =
  'From: =?utf-8?q?Zo=C5=BAia?= <z@inny.test>\r\nTo: b@inny.test\r\nSubject: =?utf-8?q?=C5=BB=C3=B3=C5=82w?=\r\nDate: Mon, 23 Nov 2026 14:02:00 +0100\r\n';

test('a message in a message is read with its sender, date, texts and attachments, several levels deep', async (t) => {
  const deep = `${INNER}${multipart('mixed', 'Content-Type: text/html\n\n<p>Deep</p>', file('image/png', 'a.png', 'png'))}`;
  const middle = `${INNER}${multipart('mixed', 'Content-Type: text/plain\n\nMiddle', `Content-Type: message/rfc822\n\n${deep}`)}`;
  const { attachments } = await messageIn(withFile(`Content-Type: message/rfc822\n\n${middle}`));
  t.deepEqual(
    attachments.map(({ filename, inside }) => [filename, inside]),
    [
      ['Żółw.eml', undefined],
      ['Żółw.eml', 0],
      ['a.png', 1],
    ],
  );
  t.like(attachments[0]?.reading, {
    kind: 'message',
    from: { address: 'z@inny.test', name: 'Zoźia' },
    to: [{ address: 'b@inny.test', name: null }],
    subject: 'Żółw',
    sentAt: new Date('2026-11-23T13:02:00Z'),
    html: null,
  });
  t.like(attachments[1]?.reading, { kind: 'message', text: null, html: '<p>Deep</p>' });
});

test('a forwarded .eml file is read even when its type says nothing, and another file of that name is not', async (t) => {
  const eml = await messageIn(withFile(file('application/octet-stream', 'pismo.eml', `${INNER}\r\nTreść`)));
  t.like(eml.attachments[0]?.reading, { kind: 'message', subject: 'Żółw', text: 'Treść' });
  const other = await messageIn(withFile(file('application/octet-stream', 'pismo.eml', 'PK\x03\x04 no mail')));
  t.is(other.attachments[0]?.reading, undefined);
});

test('messages in messages are opened five levels deep, and what is deeper stays a file', async (t) => {
  let mail = `${INNER}\ninnermost`;
  for (let level = 0; level < 12; level += 1) mail = `${INNER}Content-Type: message/rfc822\n\n${mail}`;
  const { attachments } = await messageIn(mail);
  t.is(attachments.filter(({ reading }) => reading !== undefined).length, 5);
  t.is(attachments.length, 6);
});

test('the files of a winmail.dat stand beside it with their long Polish names', async (t) => {
  const png = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const dat = tnef(
    ...attachedFile('ZAMWIE~1.PDF', 'Zamówienie żółte.pdf', Buffer.from('%PDF-1.4')),
    ...attachedFile('pude\xb3ko.png', '', png, property(0x370e, 'image/png')),
  );
  const { attachments } = await messageIn(withFile(file('application/ms-tnef', 'winmail.dat', dat)));
  t.deepEqual(
    attachments.map(({ filename, contentType, inside, content }) => [filename, contentType, inside, content.length]),
    [
      ['winmail.dat', 'application/ms-tnef', undefined, dat.length],
      ['Zamówienie żółte.pdf', 'application/pdf', 0, 8],
      ['pudełko.png', 'image/png', 0, 8],
    ],
  );
});

test('a mail whose body is only inside a winmail.dat shows that body', async (t) => {
  const rtf =
    "{\\rtf1\\ansi\\ansicpg1250\\fromhtml1 {\\*\\htmltag64 <p>}\\htmlrtf {\\b \\htmlrtf0 Za\\'bf\\u243?\\'b3\\'e6\\htmlrtf }\\htmlrtf0 {\\*\\htmltag72 </p>}}";
  const dat = tnef(messageProperties(property(0x1009, storedRtf(rtf))));
  const part = file('application/ms-tnef', 'winmail.dat', dat);
  const { html } = await messageIn(`From: a@klient.test\nSubject: x\n${multipart('mixed', part)}`);
  t.is(html, '<p>Zażółć</p>');
  const withHtml = readTnef(tnef(messageProperties(property(0x1013, Buffer.from('<b>x</b>')), property(0x1000, 'x'))));
  t.like(withHtml, { html: '<b>x</b>', text: 'x' });
});

test('a message that a winmail.dat holds is opened like the winmail.dat itself', async (t) => {
  const inner = tnef(...attachedFile('a.txt', 'a.txt', Buffer.from('aaa')));
  const object = property(0x3701, Buffer.concat([Buffer.alloc(16, 7), inner]), 0x0d);
  const dat = tnef(attribute(2, 0x00069002, Buffer.alloc(14)), attribute(2, 0x00069005, properties(object, property(0x3001, 'Inner'))));
  const { attachments } = await messageIn(withFile(file('application/ms-tnef', 'winmail.dat', dat)));
  t.deepEqual(
    attachments.map(({ filename, inside }) => [filename, inside]),
    [
      ['winmail.dat', undefined],
      ['Inner', 0],
      ['a.txt', 1],
    ],
  );
});

test('compressed RTF comes out as the examples of its specification say', (t) => {
  const hello = '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0';
  t.is(decompressRtf(Buffer.from(hello, 'hex'))?.toString(), '{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n');
  const loop = '1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0';
  t.is(decompressRtf(Buffer.from(loop, 'hex'))?.toString(), '{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}');
  t.deepEqual(readRtf(Buffer.from('{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}Raz\\par Dwa \\{x\\}}')), { text: 'Raz\nDwa {x}', html: null });
});

test('damaged and hostile winmail.dat files never throw, loop or grow', (t) => {
  const random = randomFrom(7);
  const good = tnef(messageProperties(property(0x1009, storedRtf('{\\rtf1 x}'))), ...attachedFile('a', 'b', Buffer.alloc(100)));
  const started = cpuMs();
  for (let i = 0; i < 3000; i += 1) {
    const bytes = Buffer.from(good.subarray(0, 6 + random(good.length - 6)));
    for (let changes = random(8); changes > 0; changes -= 1) bytes[6 + random(bytes.length)] = random(256);
    readTnef(bytes);
  }
  readTnef(tnef(attribute(1, 0x00069003, Buffer.alloc(4_000_000, 0xff))));
  readTnef(tnef(attribute(1, 0x00069003, Buffer.concat([Buffer.from([255, 255, 0, 0]), Buffer.alloc(4_000_000)]))));
  t.is(decompressRtf(Buffer.from('ffffff7fffffff7f4c5a4675000000000000', 'hex'))?.length ?? 0, 1);
  readRtf(Buffer.from('{'.repeat(1_000_000)));
  readRtf(Buffer.from('\\'.repeat(1_000_000)));
  t.true(cpuMs() - started < 6000);
});
