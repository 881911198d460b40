import test from 'ava';
import { createDns } from '../../../core/dns/resolver.ts';
import { noDns, noTokens, startDns } from '../../../test/support/dns.ts';
import { suggestSettings } from '../mailbox/discover.ts';
import { PROVIDERS } from '../mailbox/providers.ts';
import { readEmailSettings } from '../settings.ts';

const never = new AbortController().signal;
const suggest = (provider: string, address: string, dns = noDns) =>
  suggestSettings(provider, address, never, { dns, accessToken: noTokens, server: {} });

test('every provider that has one pair of servers for all gives settings that only lack the password', async (t) => {
  for (const { key, imap } of PROVIDERS.filter((one) => one.imap !== null)) {
    const { mailbox } = readEmailSettings({ ...(await suggest(key, 'biuro@firma.test')), password: 'tajne' });
    t.is(mailbox?.imapHost, imap?.host, key);
    t.regex(mailbox?.smtpHost ?? '', /^[a-z0-9-]+(\.[a-z0-9-]+)+$/, key);
    t.not(mailbox?.imapSecurity, 'none', key);
  }
});

test('a known provider is asked with the login it wants, and what it keeps itself is not stored twice', async (t) => {
  t.like(await suggest('gmail', 'firma@gmail.com'), { login: 'firma@gmail.com', imapHost: 'imap.gmail.com', appendSent: false });
  t.like(await suggest('wp', 'sklep@wp.pl'), { login: 'sklep', smtpHost: 'smtp.wp.pl', smtpPort: '465', appendSent: true });
  t.like(await suggest('other', 'jan@op.pl'), { imapHost: 'imap.poczta.onet.pl', login: 'jan@op.pl' });
  t.like(await suggest('office365', 'a@firma.test'), { smtpHost: 'smtp.office365.com', smtpPort: '587', smtpSecurity: 'starttls' });
});

test('the servers of another domain are found by its mail exchanger, by what it announces, or by a name that is there', async (t) => {
  const server = await startDns({
    'google.test': { mx: ['10 aspmx.l.google.com'] },
    'microsoft.test': { mx: ['0 microsoft-test.mail.protection.outlook.com'] },
    'home.test': { mx: ['10 serwer12345.home.pl'] },
    'pro.test': { mx: ['0 pro1.mail.ovh.net'] },
    'plan.test': { mx: ['1 mx1.mail.ovh.net'] },
    '_imaps._tcp.srv.test': { srv: ['20 993 zapas.srv.test', '10 1993 poczta.srv.test'] },
    '_submission._tcp.srv.test': { srv: ['0 587 wysylka.srv.test'] },
    'mail.guess.test': { a: ['192.0.2.7'] },
    'smtp.guess.test': { a: ['192.0.2.8'] },
  });
  t.teardown(() => server.stop());
  const dns = createDns({ servers: [server.server] });
  const at = (domain: string, provider = 'other') => suggest(provider, `biuro@${domain}`, dns);
  t.like(await at('google.test'), { imapHost: 'imap.gmail.com', appendSent: false });
  t.like(await at('microsoft.test'), { imapHost: 'outlook.office365.com' });
  t.like(await at('home.test', 'homepl'), { imapHost: 'serwer12345.home.pl', smtpHost: 'serwer12345.home.pl', smtpPort: '465' });
  t.like(await at('pro.test'), { imapHost: 'pro1.mail.ovh.net', smtpHost: 'pro1.mail.ovh.net', smtpSecurity: 'starttls' });
  t.like(await at('plan.test', 'ovh'), { imapHost: 'ssl0.ovh.net' });
  t.like(await at('srv.test'), {
    ...{ imapHost: 'poczta.srv.test', imapPort: '1993', imapSecurity: 'tls' },
    ...{ smtpHost: 'wysylka.srv.test', smtpPort: '587', smtpSecurity: 'starttls' },
  });
  t.like(await at('guess.test'), { imapHost: 'mail.guess.test', smtpHost: 'smtp.guess.test', login: 'biuro@guess.test' });
});

test('what cannot be found out about a domain is left open', async (t) => {
  for (const [provider, address] of [
    ['other', 'biuro@nic.test'],
    ['homepl', 'biuro@nic.test'],
  ] as const) {
    const values = await suggest(provider, address);
    t.false('imapHost' in values || 'smtpHost' in values);
    t.is(values['login'], address);
  }
});
