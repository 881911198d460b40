import test from 'ava';
import type { OutboundMessage } from '../../../core/plugins/contract.ts';
import { composeMail } from '../outbound/compose.ts';
import { sendMail } from '../outbound/send.ts';
import { messageIn } from './mails.ts';
import { attachment, inboxOf, meansFor, outbound, recipient, relayTo } from './messages.ts';
import { smtpPeer } from './smtp-peer.ts';

const EVIL = 'x\r\nBcc: evil@z.test\r\n\r\n<script>alert(1)</script>\u202Egpj.exe\u2028\u0000';
const to = (name: string): Partial<OutboundMessage> => ({ recipients: [recipient(1, 'anna@klient.test', 'to', name)] });
const file = (filename: string, contentType = 'text/plain', content: string | Buffer = 'treść') => ({
  attachments: [attachment(filename, contentType, content)],
});
const LONG = 'bardzo-długi-wyraz-'.repeat(500);

/** What an attacker, or a careless person, can put where. */
const CASES: readonly [string, Partial<OutboundMessage>][] = [
  ['a subject with line ends, a script and a turned direction', { subject: EVIL }],
  ['a subject of one word of 9,000 letters', { subject: LONG }],
  ['a recipient’s name with line ends', to(EVIL)],
  ['a recipient’s name that looks like another address', to('x" <evil@z.test>, "')],
  ['a recipient’s name in encoded words', to('=?utf-8?Q?a=0D=0ABcc:_evil@z.test?=')],
  ['a sender’s name with line ends', { fromName: EVIL }],
  ['a sender’s name with quotes and a comma', { fromName: 'Jan "Janek" Nowak, Sp. z o.o.' }],
  ['a Message-ID with line ends', { externalId: 'a\r\nBcc: evil@z.test@firma.test' }],
  ['an In-Reply-To with line ends', { inReplyTo: 'q\r\nBcc: evil@z.test' }],
  ['references with line ends', { references: ['q\r\nBcc: evil@z.test', 'r\nX-Evil: 1'] }],
  ['a hundred references', { references: Array.from({ length: 100 }, (_, n) => `${'r'.repeat(80)}${n}@klient.test`) }],
  ['a file name with line ends', file(EVIL)],
  ['a file name with quotes, slashes and a script', file('../"a";b\\<script>.txt')],
  ['a long Polish file name', file(`Zażółć gęślą jaźń – umowa nr 7 (kopia) ${'ż'.repeat(200)}.pdf`, 'application/pdf')],
  ['a content type with line ends', file('a.txt', 'text/plain\r\nBcc: evil@z.test')],
  ['a content type with a script', file('a.txt', 'text/"><script>')],
  ['a content type that is multipart', file('a.bin', 'multipart/mixed', 'a\r\n--b\r\nBcc: evil@z.test')],
  [
    'a mail as attachment, with 8-bit lines of 3,000 letters and bare line ends',
    file('mail.eml', 'message/rfc822', `Subject: ż\n\n${'ż'.repeat(3000)}\n.\n`),
  ],
  [
    'text with dots, bare line ends and lines of 5,000 letters',
    { text: `.\n..\r\r\n.\r\n${'a'.repeat(5000)}\nFrom x\n${'ż'.repeat(3000)}` },
  ],
  [
    'HTML of one line, with NUL and a picture',
    {
      html: `<p>${'ż'.repeat(4000)}\u0000</p><img src="cid:zdjęcie 1.png">`,
      attachments: [attachment('zdjęcie 1.png', 'image/png', Buffer.alloc(3000, 200))],
    },
  ],
];

const FIELDS =
  /^(?:From|To|Cc|Reply-To|Subject|Message-ID|In-Reply-To|References|Date|MIME-Version|Content-Type|Content-Transfer-Encoding|Content-Disposition|Content-Id|Auto-Submitted): ?/;

for (const [title, changes] of CASES)
  test(`on the wire ${title} is one clean mail for exactly its recipient`, async (t) => {
    const message = outbound(changes);
    const raw = Buffer.concat(await composeMail(message, inboxOf()).stream.toArray()).toString('latin1');
    t.notRegex(raw, /[^\t\r\n\x20-\x7e]/, 'seven bits');
    t.false(/(?<!\r)\n|\r(?!\n)/.test(raw), 'no bare line end');
    t.true(Math.max(...raw.split('\r\n').map((line) => line.length)) <= 998, 'RFC 5322 §2.1.1');
    const lines = raw.slice(0, raw.indexOf('\r\n\r\n')).split('\r\n');
    for (const line of lines) t.true(/^[ \t]+\S/.test(line) || FIELDS.test(line), line);
    const names = lines.filter((line) => /^\S/.test(line)).map((line) => line.split(':', 1)[0]);
    t.is(new Set(names).size, names.length, 'each field once');
    const read = await messageIn(raw);
    t.deepEqual(
      read.to.map(({ address }) => address),
      ['anna@klient.test'],
    );
    t.is(read.from.address, 'biuro@firma.test');

    const peer = await smtpPeer(t);
    const means = meansFor();
    t.teardown(() => means.pools.stop());
    const [result] = await sendMail(means, message, relayTo(peer.port), AbortSignal.timeout(20_000));
    t.is(result?.outcome.state, 'accepted');
    t.deepEqual(
      peer.mails.map(({ to: given }) => given),
      [['anna@klient.test']],
    );
    t.deepEqual(
      peer.commands.map((line) => line.split(' ', 1)[0]),
      ['EHLO', 'MAIL', 'RCPT', 'DATA'],
    );
  });

test('a file name reaches old and new mail programs: RFC 2231 in the disposition, an encoded word in the type', async (t) => {
  const raw = Buffer.concat(await composeMail(outbound(file('Umowa żółta.pdf', 'application/pdf')), inboxOf()).stream.toArray()).toString();
  t.regex(raw, /Content-Type: application\/pdf;\s+name="?=\?UTF-8\?[QB]\?/i);
  t.regex(raw, /filename\*(?:0\*)?=utf-8''Umowa%20%C5%BC/i);
  t.is((await messageIn(raw)).attachments[0]?.filename, 'Umowa żółta.pdf');
});

test('an attached mail comes out as the very bytes that went in', async (t) => {
  const original = Buffer.from('Subject: =?x\n\nżółć\n.\r\r\n', 'utf8');
  const raw = Buffer.concat(await composeMail(outbound(file('mail.eml', 'message/rfc822', original)), inboxOf()).stream.toArray());
  const [part] = (await messageIn(raw.toString('latin1'))).attachments;
  t.is(part?.filename, 'mail.eml');
  t.deepEqual(Buffer.from(part?.content ?? ''), original);
});

test('an address with letters beyond ASCII needs a server that takes them; the others of the mail go out', async (t) => {
  const recipients = [recipient(1, 'żółw@klient.test'), recipient(2, 'anna@klient.test')];
  const send = async (ehlo: string) => {
    const peer = await smtpPeer(t, { EHLO: () => ehlo });
    const means = meansFor();
    t.teardown(() => means.pools.stop());
    const results = await sendMail(means, outbound({ recipients }), relayTo(peer.port), AbortSignal.timeout(20_000));
    return { mails: peer.mails, commands: peer.commands, outcomes: new Map(results.map((one) => [one.deliveryId as number, one.outcome])) };
  };
  const old = await send('250-relay.test\r\n250 8BITMIME');
  t.like(old.outcomes.get(1), { state: 'refused', status: '5.6.7', note: 'needs_smtputf8' });
  t.is(old.outcomes.get(2)?.state, 'accepted');
  t.deepEqual(old.mails[0]?.to, ['anna@klient.test']);
  t.notRegex(old.mails[0]?.data ?? '', /^To:.*[^\x20-\x7e\r\n]/m, 'the header is seven bits as well');
  const modern = await send('250-relay.test\r\n250-8BITMIME\r\n250 SMTPUTF8');
  t.is(modern.outcomes.get(1)?.state, 'accepted');
  t.true(modern.commands.some((line) => /^MAIL FROM:.* SMTPUTF8/.test(line)));
});

test('a picture is found beside the HTML whatever its file is called', async (t) => {
  for (const [filename, written] of [
    ['zdjęcie 1.png', 'zdjęcie 1.png'],
    ['zdjęcie 1.png', encodeURIComponent('zdjęcie 1.png')],
    ['a b.png', 'a b.png'],
  ] as const) {
    const message = outbound({
      html: `<p>x</p><img src="cid:${written}">`,
      attachments: [attachment(filename, 'image/png', Buffer.alloc(9, 1))],
    });
    const read = await messageIn(Buffer.concat(await composeMail(message, inboxOf()).stream.toArray()).toString('latin1'));
    const [picture] = read.attachments;
    t.is(picture?.filename, filename);
    t.true(picture?.inline);
    t.true(read.html?.includes(`src="cid:${picture?.contentId}"`), read.html ?? '');
  }
});
