import test from 'ava';
import { ADMIN } from '../support/app.ts';
import { loggedInClient } from '../support/http-client.ts';
import { BIURO, officeFor } from '../support/office.ts';
import { pngOf } from '../support/png.ts';
import { deliver } from '../support/smtp-client.ts';
import { until } from '../support/until.ts';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]);
const FILES: readonly (readonly [name: string, type: string, id: string, content: Buffer])[] = [
  ['umowa.pdf', 'application/pdf', 'umowa', Buffer.from('%PDF-1.7')],
  ['IMG_0001.heic', 'image/heic', 'heic', Buffer.from('heic')],
  ['skan.jpg', 'image/jpg', 'skan', JPEG],
  ['strumien.png', 'application/octet-stream', 'strumien', pngOf(2, 2)],
  ['vml.png', 'image/png', 'vml', pngOf(3, 3)],
  ['pierwszy.png', 'image/png', 'dwa', pngOf(4, 4)],
  ['drugi.png', 'image/png', 'dwa', pngOf(5, 5)],
  ['zrzut.png', 'image/png', 'Zrzut ekranu 1.png', pngOf(6, 6)],
  ['logo.png', 'image/png', 'logo%20firmy', pngOf(7, 7)],
];
const HTML = [
  '<p>Zapraszam: <a href="cid:umowa">umowa</a></p><img src="cid:heic"><img src="cid:skan"><img src="cid:strumien"><img src="cid:dwa">',
  '<img src="cid:Zrzut ekranu 1.png"><img src="cid:logo%20firmy">',
  '<!--[if gte vml 1]><v:imagedata src="cid:vml"/><![endif]-->',
].join('');

test('each file that a mail’s HTML names is seen: the picture in its place, every other one in the list', async (t) => {
  const { smtpPort, api, base } = await officeFor(t);
  const parts = FILES.map(([name, type, id, content]) => [
    `Content-Type: ${type}; name=${name}\r\nContent-ID: <${id}>\r\nContent-Disposition: inline; filename=${name}`,
    `Content-Transfer-Encoding: base64\r\n\r\n${content.toString('base64')}`,
  ]);
  const bodies = [`Content-Type: text/html; charset=utf-8\r\n\r\n${HTML}`, ...parts.map((part) => part.join('\r\n'))];
  const message = [
    `From: jan@klient.test\r\nTo: ${BIURO}\r\nSubject: Pliki\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n`,
    ...bodies.map((body) => `--b\r\n${body}`),
    '--b--\r\n',
  ].join('\r\n');
  await deliver(t, smtpPort, { from: 'jan@klient.test', to: [BIURO], message });
  const attachments = await until('the mail', async () => {
    const { json } = await api('GET', '/conversations/1/messages');
    return (json as { items?: readonly { attachments: readonly { filename: string; inline: boolean }[] }[] }).items?.[0]?.attachments;
  });
  t.is(attachments.length, FILES.length);
  const listed = ['umowa.pdf', 'IMG_0001.heic', 'vml.png', 'drugi.png'];
  t.deepEqual(
    attachments.filter(({ inline }) => !inline).map(({ filename }) => filename),
    listed,
  );
  const client = await loggedInClient(base, ADMIN);
  const page = (await client.get('/conversations/1')).text;
  t.deepEqual(
    FILES.map(([name]) => name).filter((name) => page.includes(`<span>${name}<small>`)),
    listed,
  );
  const frame = (await client.get('/messages/1/body')).text;
  const shown = (type: string, content: Buffer): boolean => frame.includes(`src="data:${type};base64,${content.toString('base64')}"`);
  t.true(shown('image/jpg', JPEG));
  t.true(shown('image/png', pngOf(2, 2)), 'a stream of bytes that is a picture');
  t.true(shown('image/png', pngOf(4, 4)));
  t.true(shown('image/png', pngOf(6, 6)), 'an id with spaces');
  t.true(shown('image/png', pngOf(7, 7)), 'an id that is encoded in both places');
});
