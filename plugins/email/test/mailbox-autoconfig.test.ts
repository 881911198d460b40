import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { generate } from 'selfsigned';
import { createDns } from '../../../core/dns/resolver.ts';
import { noTokens, startDns } from '../../../test/support/dns.ts';
import { autoconfigOf } from '../mailbox/autoconfig.ts';
import { readAutoconfig } from '../mailbox/autoconfig-document.ts';
import { CONNECTING } from '../mailbox/connecting.ts';
import { suggestSettings } from '../mailbox/discover.ts';
import { readEmailSettings } from '../settings.ts';

const ADDRESS = 'jan.nowak@firma.test';
const never = new AbortController().signal;

const server = (kind: 'incoming' | 'outgoing', type: string, fields: Readonly<Record<string, string>>): string =>
  `<${kind}Server type="${type}">${Object.entries({
    hostname: `${type}.firma.test`,
    port: type === 'imap' ? '993' : '465',
    socketType: 'SSL',
    username: '%EMAILADDRESS%',
    authentication: 'password-cleartext',
    ...fields,
  })
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')}</${kind}Server>`;
const imap = (fields = {}, type = 'imap'): string => server('incoming', type, fields);
const smtp = (fields = {}): string => server('outgoing', 'smtp', fields);
const documentOf = (...servers: readonly string[]): string =>
  `<?xml version="1.0"?>\n<clientConfig version="1.1"><emailProvider id="firma.test"><domain>firma.test</domain><displayName>Firma</displayName>${servers.join('\n')}</emailProvider></clientConfig>`;

test('a document of autoconfiguration gives the first servers that take a password and encrypt, with its placeholders filled in', (t) => {
  const pop = imap({ port: '995' }, 'pop3');
  const clear = imap({ socketType: 'plain', port: '143' });
  const kerberos = imap({ hostname: 'krb.firma.test', authentication: 'GSSAPI' });
  const chosen = imap({ hostname: 'imap.%EMAILDOMAIN%', port: '143', socketType: 'STARTTLS', username: '%EMAILLOCALPART%' });
  const other = imap({ hostname: 'drugi.firma.test' });
  t.deepEqual(readAutoconfig(documentOf(pop, clear, kerberos, chosen, other, smtp({ username: '%EMAILADDRESS%' })), ADDRESS), {
    imap: { host: 'imap.firma.test', port: 143, security: 'starttls' },
    smtp: { host: 'smtp.firma.test', port: 465, security: 'tls' },
    login: 'jan.nowak',
    isByTokens: false,
  });
  const both = imap({ authentication: 'OAuth2</authentication><authentication>password-cleartext' });
  t.like(readAutoconfig(documentOf(both, smtp()), ADDRESS), { isByTokens: false });
  t.like(readAutoconfig(documentOf(imap({ authentication: 'OAuth2' }), smtp({ authentication: 'OAuth2' })), ADDRESS), {
    isByTokens: true,
    login: ADDRESS,
  });
});

test('what is no such document, would send a password in clear or leads nowhere a mail server may be gives nothing', (t) => {
  const bad: readonly string[] = [
    '',
    '<html><body>404</body></html>',
    documentOf(),
    documentOf(imap({ socketType: 'plain' }), smtp({ socketType: 'plain' })),
    documentOf(imap({ authentication: 'NTLM' })),
    ...[
      '127.0.0.1',
      '[::1]',
      'localhost',
      'a..b',
      'imap firma.test',
      'x'.repeat(300),
      '%EMAILADDRESS%',
      'imap.firma.test/..',
      '169.254.169.254',
    ].map((hostname) => documentOf(imap({ hostname }))),
    ...['0', '65536', '-1', '1e3', '99999999999999999999'].map((port) => documentOf(imap({ port }))),
    documentOf(...Array.from({ length: 1000 }, () => imap())),
    `<!DOCTYPE x [<!ENTITY a "imap.firma.test">]>${documentOf(imap({ hostname: '&a;' }))}`,
    `<clientConfig>${'<a>'.repeat(5000)}`,
    `<clientConfig version="1.1"><emailProvider>${'x'.repeat(60_000)}`,
    documentOf('<incomingServer type="imap"><hostname><script/></hostname></incomingServer>'),
    '<clientConfig><emailProvider/></clientConfig>',
    '<clientConfig><__proto__><x/></__proto__></clientConfig>',
  ];
  for (const xml of bad) t.is(readAutoconfig(xml, ADDRESS), null, xml.slice(0, 200));
});

/** A web server of this machine, with what it was asked. */
async function web(t: { teardown(work: () => unknown): void }, answer: RequestListener, encrypted = true) {
  const asked: string[] = [];
  const listener: RequestListener = (request, response) => {
    asked.push(`${request.headers.host} ${request.url}`);
    answer(request, response);
  };
  const pem = encrypted ? await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 }) : null;
  const made = pem ? createHttps({ key: pem.private, cert: pem.cert }, listener) : createHttp(listener);
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  t.teardown(() => made.close());
  const { port } = made.address() as AddressInfo;
  return { asked, allow: `127.0.0.1:${port}` };
}

const HERE = { a: ['127.0.0.1'] };

test('the servers of a domain are found in the document that it publishes, which is told the address and says where it is from', async (t) => {
  const documents: Readonly<Record<string, string>> = {
    'autoconfig.firma.test': documentOf(imap({ username: '%EMAILLOCALPART%' }), smtp({ port: '587', socketType: 'STARTTLS' })),
    'autoconfig.pol.test': documentOf(imap({ hostname: 'outlook.office365.com', authentication: 'OAuth2' })),
    'pod.test': documentOf(imap(), smtp()),
    'dalej.test': documentOf(imap(), smtp()),
    'autoconfig.wielki.test': documentOf(imap(), smtp()) + ' '.repeat(70_000),
  };
  const leads: Readonly<Record<string, string>> = {
    'autoconfig.kieruje.test': 'https://dalej.test/x.xml',
    'autoconfig.cofa.test': 'http://dalej.test/x.xml',
    'autoconfig.petla.test': '/znowu',
    'autoconfig.wskazuje.test': 'https://127.0.0.1/x.xml',
    'autoconfig.port.test': 'https://dalej.test:8443/x.xml',
  };
  const { asked, allow } = await web(t, ({ headers: { host = '' } }, response) => {
    if (host === 'autoconfig.milczy.test') return;
    if (leads[host]) return void response.writeHead(302, { Location: leads[host] }).end();
    response.writeHead(documents[host] ? 200 : 404).end(documents[host] ?? 'nic');
  });
  const domains = ['firma', 'pol', 'pod', 'wielki', 'kieruje', 'cofa', 'petla', 'wskazuje', 'port', 'milczy'].map((name) => `${name}.test`);
  const zones = Object.fromEntries([...domains, 'dalej.test'].flatMap((name) => [name, `autoconfig.${name}`].map((one) => [one, HERE])));
  const dns = await startDns({ ...zones, '_submissions._tcp.pol.test': { srv: ['0 465 wysylka.pol.test'] } });
  t.teardown(() => dns.stop());
  const means = { dns: createDns({ servers: [dns.server] }), accessToken: noTokens, server: { autoconfigAllow: allow } };
  const suggest = (address: string) => suggestSettings('other', address, never, means);

  const found = await suggest(ADDRESS);
  t.like(found, { imapHost: 'imap.firma.test', imapPort: '993', imapSecurity: 'tls', login: 'jan.nowak' });
  t.like(found, { smtpHost: 'smtp.firma.test', smtpPort: '587', smtpSecurity: 'starttls', appendSent: true });
  t.deepEqual(CONNECTING.origin?.(found), { key: 'document', where: 'autoconfig.firma.test' });
  t.is(CONNECTING.origin?.({ ...found, smtpHost: 'inny.firma.test' }), null, 'what somebody changed is his own');
  t.is(readEmailSettings({ ...found, password: 'x' }).mailbox?.imapHost, 'imap.firma.test');
  t.true(asked.includes('autoconfig.firma.test /mail/config-v1.1.xml?emailaddress=jan.nowak%40firma.test'));

  const half = await suggest('a@pol.test');
  t.like(half, { imapHost: 'outlook.office365.com', smtpHost: 'wysylka.pol.test', appendSent: false });
  t.deepEqual(CONNECTING.origin?.(half), { key: 'tokens', where: 'autoconfig.pol.test' });
  t.is(CONNECTING.logInOf?.(half)?.service, 'microsoft');

  t.like(await autoconfigOf('a@pod.test', never, means), { from: 'pod.test' });
  t.true(asked.includes('pod.test /.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=a%40pod.test'));
  t.like(await autoconfigOf('a@kieruje.test', never, means), { from: 'autoconfig.kieruje.test' });
  for (const domain of ['wielki', 'cofa', 'petla', 'wskazuje', 'port'])
    t.is(await autoconfigOf(`a@${domain}.test`, never, means), null, domain);
  t.is(await autoconfigOf('a@milczy.test', AbortSignal.timeout(200), means), null);

  const before = asked.length;
  t.is(await autoconfigOf(ADDRESS, never, { ...means, server: {} }), null);
  t.is(asked.length, before, 'a name that leads into our own network is not connected to');
  t.is(await autoconfigOf(ADDRESS, AbortSignal.abort(), means), null);
  for (const odd of ['a@a/b', 'a@x y', 'a@', 'a@user:pass@h']) t.is(await autoconfigOf(odd, never, means), null, odd);
});

test('without encryption a document counts only for servers of the domain itself, and is not told the address', async (t) => {
  const { asked, allow } = await web(
    t,
    ({ headers: { host } }, response) => {
      const hostname = host === 'autoconfig.obcy.test' ? 'imap.zly.test' : `imap.${host?.replace('autoconfig.', '')}`;
      response.end(documentOf(imap({ hostname }), smtp({ hostname: hostname.replace('imap', 'smtp') })));
    },
    false,
  );
  const dns = await startDns({ 'autoconfig.swoj.test': HERE, 'autoconfig.obcy.test': HERE });
  t.teardown(() => dns.stop());
  const means = { dns: createDns({ servers: [dns.server] }), server: { autoconfigAllow: allow } };
  t.like(await autoconfigOf('a@swoj.test', never, means), { imap: { host: 'imap.swoj.test' }, from: 'autoconfig.swoj.test' });
  t.is(await autoconfigOf('a@obcy.test', never, means), null);
  t.deepEqual(
    asked.filter((one) => one.includes('?')),
    [],
  );
});
