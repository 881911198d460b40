import test from 'ava';
import { createDns } from '../../../core/dns/resolver.ts';
import type { Dns } from '../../../core/lib/dns.ts';
import { noDns, startDns, type TestDns } from '../../../test/support/dns.ts';
import { checked, DKIM_RECORD, SELECTOR, sealed, signed } from './signed.ts';

let server: TestDns;
let dns: Dns;

test.before(async () => {
  const key = { txt: [DKIM_RECORD] };
  server = await startDns(
    {
      'wp.test': { txt: ['v=spf1 ip4:192.0.2.10 -all'] },
      [`${SELECTOR}._domainkey.wp.test`]: key,
      '_dmarc.wp.test': { txt: ['v=DMARC1; p=reject'] },
      'soft.test': { txt: ['v=spf1 ip4:192.0.2.10 ~all'] },
      '_dmarc.soft.test': { txt: ['v=DMARC1; p=none'] },
      '_dmarc.begins.test': { txt: ['v=DMARC1; p=reject; pct=0; rua=mailto:d@begins.test'] },
      '_dmarc.some.test': { txt: ['v=DMARC1; p=reject; pct=20'] },
      '_dmarc.tried.test': { txt: ['v=DMARC1; p=reject; t=y; pct=0'] },
      '_dmarc.late.test': { txt: ['v=DMARC1; pct=000 ;p=quarantine'] },
      'plain.test': { txt: ['v=spf1 ip4:192.0.2.10 -all'] },
      'nothing.test': { a: ['192.0.2.77'] },
      'mailing.test': { txt: ['v=spf1 ip4:192.0.2.50 -all'] },
      [`${SELECTOR}._domainkey.mailing.test`]: key,
      [`${SELECTOR}._domainkey.google.com`]: key,
      [`${SELECTOR}._domainkey.evil.test`]: key,
      'loop.test': { txt: ['v=spf1 include:loop.test -all'] },
      'many.test': { txt: [`v=spf1 ${Array.from({ length: 15 }, (_, n) => `include:i${n}.many.test`).join(' ')} -all`] },
      'weak.test': { txt: ['v=spf1 -all'] },
      [`${SELECTOR}._domainkey.weak.test`]: { txt: ['v=DKIM1; k=rsa; p=notakey'] },
    },
    ['silent.test'],
  );
  dns = createDns({ servers: [server.server], timeLimitMs: 500 });
});
test.after.always(() => server.stop());

const mail = (from: string, more = ''): string =>
  `From: ${from}\nTo: biuro@firma.test\nSubject: Pytanie\nMessage-ID: <1@x.test>\nDate: Thu, 26 Nov 2026 10:00:00 +0100\n${more}\nDzień dobry\n`;

test('a signed mail from a permitted machine passes everything', async (t) => {
  const found = await checked(dns, await signed(mail('Anna <anna@wp.test>'), 'wp.test'));
  t.deepEqual(found, {
    origin: 'outside',
    ip: '192.0.2.10',
    helo: 'mx.wp.test',
    fromDomain: 'wp.test',
    spf: { result: 'pass', domain: 'wp.test', aligned: true },
    dkim: [{ result: 'pass', domain: 'wp.test', selector: SELECTOR, aligned: true }],
    dmarc: { result: 'pass', policy: 'reject', domain: 'wp.test' },
    arc: null,
    pretences: [],
  });
});

test('a mail that claims a protected domain and comes from elsewhere pretends', async (t) => {
  const found = await checked(dns, mail('Bank <kontakt@wp.test>'), { ip: '198.51.100.9', mailFrom: 'x@evil.test', helo: 'evil.test' });
  t.like(found, { dmarc: { result: 'fail', policy: 'reject' }, dkim: [], pretences: ['dmarc'] });
});

test('a domain that asks for nothing to be refused yet, in the words of either standard, has a policy one level below', async (t) => {
  const policy = async (domain: string) =>
    (await checked(dns, mail(`a@${domain}`), { ip: '198.51.100.9', mailFrom: 'x@evil.test', helo: 'evil.test' })).dmarc;
  t.deepEqual(await policy('begins.test'), { result: 'fail', policy: 'quarantine', domain: 'begins.test' });
  t.like(await policy('tried.test'), { policy: 'quarantine' }, 'once, though it says it twice');
  t.like(await policy('some.test'), { policy: 'reject' });
  t.like(await policy('late.test'), { policy: 'none' });
});

test('an author beyond all measure is judged all the same', async (t) => {
  for (const author of [`"x${' '.repeat(60_000)}y" <a@wp.test>`, `a@wp.test${'\n '.repeat(60_000)}`])
    t.like(await checked(dns, mail(author), { ip: '198.51.100.9', mailFrom: 'x@evil.test', helo: 'evil.test' }), {
      dmarc: { result: 'fail', policy: 'reject' },
      pretences: ['dmarc'],
    });
});

test('a signature survives being forwarded, although the machine is not permitted', async (t) => {
  const found = await checked(dns, await signed(mail('Anna <anna@wp.test>'), 'wp.test'), { ip: '198.51.100.9' });
  t.like(found, { spf: { result: 'fail' }, dmarc: { result: 'pass' }, pretences: [] });
});

test('a signed mail that was changed on its way fails', async (t) => {
  const changed = (await signed(mail('Anna <anna@wp.test>'), 'wp.test')).replace('Dzień', 'Zły');
  const found = await checked(dns, changed, { ip: '198.51.100.9' });
  t.like(found, { dkim: [{ result: 'neutral', domain: 'wp.test' }], dmarc: { result: 'fail' }, pretences: ['dmarc'] });
});

test('a signature over a part of the body confirms nothing: anybody can write the rest', async (t) => {
  const letter = mail('Anna <anna@wp.test>');
  const elsewhere = { ip: '198.51.100.9', mailFrom: 'x@evil.test', helo: 'evil.test' };
  const whole = await signed(letter, 'wp.test', undefined, 'Dzień dobry\r\n'.length + 1);
  t.like(await checked(dns, whole, elsewhere), { dkim: [{ result: 'pass', aligned: true }], dmarc: { result: 'pass' }, pretences: [] });
  for (const partly of [`${whole}Nowy numer konta: 1\n`, await signed(letter, 'wp.test', undefined, 1)])
    t.like(await checked(dns, partly, elsewhere), { dkim: [{ result: 'policy' }], dmarc: { result: 'fail' }, pretences: ['dmarc'] });
  const sent = await checked(dns, await signed(letter, 'wp.test', undefined, 1));
  t.like(sent, { dkim: [{ result: 'policy' }], dmarc: { result: 'pass' }, pretences: [] }, 'by its machine it is confirmed all the same');
  const both = await signed(await signed(letter, 'wp.test', undefined, 1), 'wp.test');
  t.like(await checked(dns, both, elsewhere), { dmarc: { result: 'pass' }, pretences: [] });
});

test('a signature of somebody else says nothing about the sender', async (t) => {
  const found = await checked(dns, await signed(mail('Anna <anna@wp.test>'), 'mailing.test'), {
    ip: '192.0.2.50',
    mailFrom: 'bounce@mailing.test',
  });
  t.like(found, { dkim: [{ result: 'pass', domain: 'mailing.test', aligned: false }], spf: { result: 'pass', aligned: false } });
  t.like(found, { dmarc: { result: 'fail' }, pretences: ['dmarc'] });
});

test('without a DMARC record a mail from machines of others that nobody signed pretends, a merely unprotected one does not', async (t) => {
  const foreign = { ip: '192.0.2.50', mailFrom: 'bounce@mailing.test' };
  t.like(await checked(dns, mail('a@plain.test'), foreign), { dmarc: { result: 'none' }, pretences: ['unaligned'] });
  t.like(await checked(dns, await signed(mail('a@plain.test'), 'mailing.test'), foreign), { pretences: [] });
  t.like(await checked(dns, mail('a@plain.test'), { mailFrom: 'a@plain.test' }), { spf: { result: 'pass', aligned: true }, pretences: [] });
  t.like(await checked(dns, mail('a@nothing.test'), { mailFrom: 'a@nothing.test' }), { spf: { result: 'none' }, pretences: [] });
});

test('two From fields, authors of two domains and look-alike letters pretend', async (t) => {
  const two = mail('anna@wp.test').replace('To:', 'From: boss@evil.test\nTo:');
  t.true((await checked(dns, two)).pretences.includes('two_authors'));
  t.true((await checked(dns, mail('anna@wp.test, boss@evil.test'))).pretences.includes('two_authors'));
  t.false((await checked(dns, mail('anna@wp.test, jan@wp.test'))).pretences.includes('two_authors'));
  // Who is found only inside an encoded word is nobody to others, and nothing of him is checked.
  const inside = `=?utf-8?B?${Buffer.from('Anna <anna@wp.test>').toString('base64')}?=`;
  t.true((await checked(dns, mail(inside))).pretences.includes('two_authors'));
  t.true((await checked(dns, mail('anna@xn--w-1ub.test'.replace('xn--w-1ub', 'wр')))).pretences.includes('lookalike'));
});

test('whoever a mail shows as its sender because From names nobody is judged as its author', async (t) => {
  const elsewhere = { ip: '198.51.100.9', mailFrom: 'x@evil.test', helo: 'evil.test' };
  for (const from of ['', 'From: Bank\n', 'From: Bank <>\n']) {
    const nobody = mail('x').replace('From: x\n', from);
    const letter = `Sender: kontakt@wp.test\n${nobody}`;
    const found = await checked(dns, letter, elsewhere);
    t.like(found, { fromDomain: 'wp.test', dmarc: { result: 'fail', policy: 'reject' }, pretences: ['dmarc'] }, from);
    // A signature has to hold the From field (RFC 6376 section 5.4).
    const isSigned = from !== '';
    t.is((await checked(dns, await signed(letter, 'wp.test'), elsewhere)).dmarc?.result, isSigned ? 'pass' : 'fail', from);
    t.like(
      await checked(dns, nobody, { mailFrom: 'a@wp.test' }),
      { fromDomain: 'wp.test', dmarc: { result: 'pass' }, pretences: [] },
      from,
    );
    t.like(await checked(dns, nobody, { ...elsewhere, mailFrom: 'a@wp.test' }), { dmarc: { result: 'fail' }, pretences: ['dmarc'] }, from);
    t.like(await checked(dns, nobody, { ...elsewhere, mailFrom: '' }), { fromDomain: null, dmarc: null }, from);
  }
});

test('results that somebody else wrote into the mail are not read', async (t) => {
  const forged = 'Authentication-Results: mx.firma.test; dkim=pass header.d=wp.test; spf=pass; dmarc=pass\nReceived-SPF: pass\n';
  const found = await checked(dns, mail('anna@wp.test', forged), { ip: '198.51.100.9', mailFrom: 'x@evil.test' });
  t.like(found, { dmarc: { result: 'fail' }, pretences: ['dmarc'] });
});

test('a known forwarder that saw DMARC pass vouches for a mail it changed, a stranger does not, nor does one that saw it fail', async (t) => {
  const changed = (await signed(mail('Anna <anna@wp.test>'), 'wp.test')).replace('Dzień dobry', 'Dzień dobry\n-- \nLista');
  const through = async (signingDomain: string, dmarc: string) =>
    checked(dns, await sealed(changed, signingDomain, dmarc), { ip: '198.51.100.9', mailFrom: 'lista@lists.test' });
  const vouched = await through('google.com', 'pass');
  t.like(vouched, { dmarc: { result: 'fail' }, arc: { result: 'pass', domain: 'google.com', trusted: true }, pretences: [] });
  t.like(await through('google.com', 'fail'), { arc: { result: 'pass', trusted: false }, pretences: ['dmarc'] });
  t.like(await through('evil.test', 'pass'), { arc: { result: 'pass', trusted: false }, pretences: ['dmarc'] });
});

test('a null sender is checked by the name that the machine gave', async (t) => {
  t.like(await checked(dns, mail('MAILER-DAEMON@wp.test'), { mailFrom: '', helo: 'wp.test' }), {
    spf: { result: 'pass', domain: 'wp.test' },
  });
});

test('without DNS nothing is known and nothing is held against the sender', async (t) => {
  const found = await checked(noDns, await signed(mail('anna@wp.test'), 'wp.test'));
  t.like(found, { spf: { result: 'temperror' }, dkim: [{ result: 'temperror' }], dmarc: { result: 'temperror' }, pretences: [] });
  const silent = await checked(dns, mail('a@silent.test'), { mailFrom: 'a@silent.test' });
  t.like(silent, { spf: { result: 'temperror' }, dmarc: { result: 'temperror' }, pretences: [] });
});

test('records that never end or make no sense are errors of their owner', async (t) => {
  t.is((await checked(dns, mail('a@loop.test'), { mailFrom: 'a@loop.test' })).spf?.result, 'permerror');
  t.is((await checked(dns, mail('a@many.test'), { mailFrom: 'a@many.test' })).spf?.result, 'permerror');
  t.is((await checked(dns, await signed(mail('a@weak.test'), 'weak.test'))).dkim[0]?.result, 'neutral');
});
