import test from 'ava';
import { parseEmailAddress, splitPlusTag } from '../../../core/lib/email-address.ts';
import { addresses } from '../inbound/addresses.ts';
import { readHeaders } from '../inbound/mime-header.ts';
import { sendMail } from '../outbound/send.ts';
import { greeted, listenerFor } from './listening.ts';
import { messageIn } from './mails.ts';
import { meansFor, outbound, recipient, relayTo } from './messages.ts';
import { smtpPeer } from './smtp-peer.ts';

const LONG = 'a'.repeat(63);
const SAME = '=';

/** A form, the address that it is (`=`: itself; null: none), and where a header may say more than an address field, what it says there. */
const FORMS: readonly (readonly [form: string, is: string | null, inHeader?: string | null])[] = [
  ['jan@firma.test', SAME],
  ['JAN@Firma.TEST', 'jan@firma.test'],
  ['jan+faktury@firma.test', SAME],
  ['jan.nowak@firma.test', SAME],
  ['j@f.test', SAME],
  ['jan_nowak@firma.test', SAME],
  ['-jan-@firma.test', SAME],
  ["o'neil@firma.test", SAME],
  ['!#$%&*+-/=?^_`{|}~@firma.test', SAME],
  ['jan/biuro=x@firma.test', SAME],
  ['jan%evil.test@firma.test', SAME],
  ['evil.test!jan@firma.test', SAME],
  ['__proto__@firma.test', SAME],
  ['123@firma.test', SAME],
  ['jan@123.test', SAME],
  ['jan@1.2.test', SAME],
  ['jan@a--b.test', SAME],
  ['jan@localhost', SAME],
  ['jan@firma.test.', 'jan@firma.test'],
  [`${LONG}b@firma.test`, SAME],
  [`${LONG}bc@firma.test`, null],
  [`jan@${LONG}.test`, SAME],
  [`jan@${LONG}b.test`, null],
  [`jan@${`${LONG}.`.repeat(4)}test`, null],
  // Letters beyond ASCII: kept on the left, in ASCII on the right.
  ['żółw@firma.test', SAME],
  ['żółw@żółw.test', 'żółw@xn--w-uga1v8h.test'],
  ['jan@ŻÓŁW.test', 'jan@xn--w-uga1v8h.test'],
  ['jan@xn--w-uga1v8h.test', SAME],
  ['jan@xn--.test', null],
  ['jan@bücher。test', 'jan@xn--bcher-kva.test'],
  ['jan@bücher．test', 'jan@xn--bcher-kva.test'],
  ['jan@ｆｉｒｍａ.test', 'jan@firma.test'],
  ['jan@faß.test', 'jan@xn--fa-hia.test'],
  ['jan@пример.рф', 'jan@xn--e1afmkfd.xn--p1ai'],
  ['我買@屋企.香港', '我買@xn--hoqu73a.xn--j6w193g'],
  ['e\u0301wa@firma.test', '\u00e9wa@firma.test'],
  ['jan@firma\u200b.test', 'jan@firma.test'],
  ['ja\u200bn@firma.test', null],
  ['ja\u00adn@firma.test', null],
  ['jan\u202e@firma.test', null],
  ['jan\u00a0@firma.test', null],
  ['jan＠firma.test', null],
  // Dots, hyphens and machines in place of a domain.
  ['jan@firma..test', null],
  ['jan@.firma.test', null],
  ['jan@-firma.test', null],
  ['jan@firma-.test', null],
  ['jan@fir_ma.test', null],
  ['.jan@firma.test', null],
  ['jan.@firma.test', null],
  ['jan..nowak@firma.test', null],
  ['jan@[192.0.2.1]', null],
  ['jan@[IPv6:2001:db8::1]', null],
  ['jan@192.0.2.1', null],
  ['jan@1.1', null],
  ['jan@0x7f.1', null],
  ['jan@2130706433', null],
  // What a URL would take for its own.
  ['jan@firma.test/x', null],
  ['jan@firma.test?cc=x', null],
  ['jan@firma.test#x', null],
  ['jan@firma.test:25', null],
  ['jan@firma%2etest', null],
  ['jan@firma.test\\x', null],
  ['jan@firma.test／x', null],
  // Quotes (CVE-2025-13033: the address in them is not the address).
  ['"jan nowak"@firma.test', null],
  ['"jan@evil.test"@firma.test', null],
  ['"jan@evil.test x"@firma.test', null],
  ['"xclow3n@gmail.com x"@firma.test', null],
  ['"jan\\"x"@firma.test', null],
  ['""@firma.test', null],
  ['jan@evil.test@firma.test', null],
  ['jan\\@firma.test', null],
  // What only a header may hold: comments, folding, lists, routes (RFC 5322 §3.4, §4.4).
  ['jan(komentarz)@firma.test', null, 'jan@firma.test'],
  ['jan@firma.test(komentarz)', null, 'jan@firma.test'],
  ['jan @firma.test', null, 'jan@firma.test'],
  ['jan@ firma.test', null, 'jan@firma.test'],
  ['@relay.test:jan@firma.test', null, 'jan@firma.test'],
  ['jan@firma.test, evil@z.test', null],
  ['jan@firma.test;evil@z.test', null],
  ['=?utf-8?Q?jan=40evil.test?=@firma.test', SAME, null],
  ['jan&#64;evil.test@firma.test', null],
  ['mailto:jan@firma.test', null],
  ['jan', null],
  ['@firma.test', null],
  ['jan@', null],
];
const CASES = FORMS.map(([form, is, inHeader]) => {
  const typed = is === SAME ? form.toLowerCase() : is;
  return { form, typed, inHeader: inHeader === undefined ? typed : inHeader };
});
const USABLE = [...new Set(CASES.flatMap(({ typed }) => (typed === null ? [] : [typed])))];

test('each of eighty forms of an address is exactly one address, or none, wherever it stands', async (t) => {
  t.true(CASES.length >= 80);
  for (const { form, typed, inHeader } of CASES) {
    t.is<string | null, string | null>(parseEmailAddress(form), typed, `typed: ${form}`);
    const { headers } = readHeaders(Buffer.from(`From: X <${form}>\r\n\r\n`));
    const read = addresses(headers, 'from').map(({ address }) => address);
    t.deepEqual(read, inHeader === null ? [] : [inHeader], `in a header: ${form}`);
  }
});

test('a recipient at RCPT TO is the inbox of exactly this address or refused, in each of eighty forms', async (t) => {
  const { host, listener } = await listenerFor(t, {
    inboxes: Object.fromEntries(USABLE.map((address, at) => [at + 1, address])),
    server: { maxMistakes: '1000' },
    settings: { ownNetworks: '127.0.0.1' },
  });
  for (const { form } of CASES) {
    const smtp = await greeted(t, listener);
    await smtp.mailFrom('a@klient.test');
    // A route is read over, as RFC 5321 §4.1.2 asks.
    const address = parseEmailAddress(form.replace(/^@[^:]+:/, ''));
    const wanted = address && splitPlusTag(address).base;
    const isTaken = (await smtp.say(`RCPT TO:<${form}>`, '')).startsWith('250');
    if (isTaken) {
      await smtp.data('Subject: x\r\n\r\ny\r\n');
      t.deepEqual(
        host.kept.at(-1)?.inboxIds.map((id) => USABLE[id - 1]),
        [wanted],
        form,
      );
    } else t.true(wanted === null || !USABLE.includes(wanted) || form.includes('\u200b'), `refused: ${form}`);
    smtp.destroy();
  }
});

test('the addresses that we write to stand in the envelope as in the header, letter by letter', async (t) => {
  const peer = await smtpPeer(t, { EHLO: () => '250-relay.test\r\n250-8BITMIME\r\n250 SMTPUTF8' });
  const means = meansFor();
  t.teardown(() => means.pools.stop());
  const recipients = USABLE.map((address, at) => recipient(at + 1, address, 'to', 'Nowak, "Jan" <evil@z.test>'));
  const results = await sendMail(means, outbound({ recipients }), relayTo(peer.port), AbortSignal.timeout(20_000));
  t.true(results.every(({ outcome }) => outcome.state === 'accepted'));
  const wire = peer.commands.filter((line) => line.startsWith('RCPT TO:')).map((line) => Buffer.from(line, 'latin1').toString());
  t.deepEqual(
    wire.map((line) => /^RCPT TO:<(.*)>$/.exec(line)?.[1]),
    USABLE,
  );
  const [mail] = peer.mails;
  const read = await messageIn(Buffer.from(mail?.data ?? '', 'utf8').toString('latin1'));
  t.deepEqual(
    read.to.map(({ address }) => address),
    USABLE.filter((address) => !address.startsWith('=?')),
  );
});

test('a name, an address or a subject in raw UTF-8 may end in a letter whose last byte is a space elsewhere', async (t) => {
  const raw = 'From: Voilà <à@klient.test>\nTo: biuro@firma.test\nSubject: Kupi Duško Šoškić à\n\nx\n';
  const read = await messageIn(Buffer.from(raw, 'utf8').toString('latin1'));
  t.deepEqual(read.from, { address: 'à@klient.test', name: 'Voilà' });
  t.is(read.subject, 'Kupi Duško Šoškić à');
});
