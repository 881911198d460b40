import test, { type ExecutionContext } from 'ava';
import { createDns } from '../../../core/dns/resolver.ts';
import type { OutboundMessage, SendOutcome } from '../../../core/plugins/contract.ts';
import { noDns, noTokens, startDns, type Zone } from '../../../test/support/dns.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { allowedServers } from '../outbound/allowed.ts';
import { checkRoute } from '../outbound/check.ts';
import { mailServers } from '../outbound/mx.ts';
import { sendMail } from '../outbound/send.ts';
import { OWN_WELCOME } from '../welcome.ts';
import { inboxOf, meansFor, outbound, recipient } from './messages.ts';
import { type PeerScript, type SmtpPeer, smtpPeer } from './smtp-peer.ts';

const DIRECT = inboxOf({ route: 'direct' });
const server = { hostname: 'poczta.firma.test' };

async function dnsOf(t: ExecutionContext, zones: Record<string, Zone>, silent: readonly string[] = []) {
  const dns = await startDns(zones, silent);
  t.teardown(dns.stop);
  return createDns({ servers: [dns.server] });
}

/** Peers on addresses of loopback of their own, each with what it says. */
async function peersOn(t: ExecutionContext, scripts: Readonly<Record<string, PeerScript>>) {
  const peers: Record<string, SmtpPeer> = {};
  for (const [ip, script] of Object.entries(scripts)) peers[ip] = await smtpPeer(t, script, ip);
  const mxAllow = Object.entries(peers)
    .map(([ip, { port }]) => `${ip}:${port}`)
    .join(',');
  const mails = (ip: string) => peers[ip]?.mails ?? [];
  return { mxAllow, mails, peer: (ip: string) => peers[ip] as SmtpPeer };
}

function sender(t: ExecutionContext, dns: ReturnType<typeof createDns>, mxAllow: string) {
  const means = meansFor({ dns, server: { ...server, mxAllow } });
  t.teardown(() => means.pools.stop());
  return async (message: OutboundMessage = outbound()): Promise<Record<number, SendOutcome>> =>
    Object.fromEntries(
      (await sendMail(means, message, DIRECT, AbortSignal.timeout(20_000))).map(({ deliveryId, outcome }) => [deliveryId, outcome]),
    );
}

test('mail without a relay goes to the servers of each recipient’s domain, one transaction a domain, greeting with the public name', async (t) => {
  const { mxAllow, mails, peer } = await peersOn(t, { '127.0.0.11': {}, '127.0.0.12': {} });
  const dns = await dnsOf(t, {
    'klient.test': { mx: ['10 mx.klient.test'] },
    'mx.klient.test': { a: ['127.0.0.11'] },
    'drugi.test': { a: ['127.0.0.12'] },
  });
  const send = sender(t, dns, mxAllow);
  const recipients = [recipient(1, 'anna@klient.test'), recipient(2, 'jan@klient.test', 'cc'), recipient(3, 'ewa@drugi.test')];
  const results = await send(outbound({ recipients }));
  for (const id of [1, 2, 3]) t.is(results[id]?.state, 'accepted');
  t.deepEqual(
    mails('127.0.0.11').map(({ to }) => to),
    [['anna@klient.test', 'jan@klient.test']],
  );
  t.deepEqual(
    mails('127.0.0.12').map(({ to }) => to),
    [['ewa@drugi.test']],
    'without MX the domain itself is the server',
  );
  t.true(peer('127.0.0.11').commands.includes('EHLO poczta.firma.test'));
  await send(outbound({ recipients }));
  t.is(peer('127.0.0.11').connections(), 1, 'the connection is used again');
});

test('servers are tried in the order of their preference, over those that are closed, busy or broken', async (t) => {
  const { mxAllow, mails, peer } = await peersOn(t, {
    '127.0.0.21': { CONNECT: () => '421 4.7.0 too busy' },
    '127.0.0.22': { RCPT: () => 'drop' },
    '127.0.0.23': {},
    '127.0.0.24': {},
  });
  const closed = `127.0.0.20:${await freePort()}`;
  const dns = await dnsOf(t, {
    'klient.test': { mx: ['40 d.klient.test', '5 closed.klient.test', '20 b.klient.test', '10 a.klient.test', '30 c.klient.test'] },
    'closed.klient.test': { a: ['127.0.0.20'] },
    'a.klient.test': { a: ['127.0.0.21'] },
    'b.klient.test': { a: ['127.0.0.22'] },
    'c.klient.test': { a: ['127.0.0.23'] },
    'd.klient.test': { a: ['127.0.0.24'] },
  });
  t.is((await sender(t, dns, `${mxAllow},${closed}`)())[1]?.state, 'accepted');
  t.is(mails('127.0.0.23').length, 1);
  t.is(peer('127.0.0.24').connections(), 0);
});

test('a server that greets as a Centrala, another company’s or this one, is given mail like any other', async (t) => {
  const { mxAllow, mails } = await peersOn(t, { '127.0.0.61': { EHLO: () => `250-mx.klient.test ${OWN_WELCOME}\r\n250 8BITMIME` } });
  const dns = await dnsOf(t, { 'klient.test': { mx: ['10 mx.klient.test'] }, 'mx.klient.test': { a: ['127.0.0.61'] } });
  t.like((await sender(t, dns, mxAllow)())[1], { state: 'accepted' });
  t.is(mails('127.0.0.61').length, 1);
});

test('what a server says about a recipient counts, and no other server is asked', async (t) => {
  const { mxAllow, peer } = await peersOn(t, {
    '127.0.0.31': { RCPT: (to) => (to.startsWith('anna') ? '550 5.1.1 no such user' : '450 4.2.0 Greylisted, come back in 300 seconds') },
    '127.0.0.32': {},
  });
  const dns = await dnsOf(t, {
    'klient.test': { mx: ['10 a.klient.test', '20 b.klient.test'] },
    'a.klient.test': { a: ['127.0.0.31'] },
    'b.klient.test': { a: ['127.0.0.32'] },
  });
  const results = await sender(
    t,
    dns,
    mxAllow,
  )(outbound({ recipients: [recipient(1, 'anna@klient.test'), recipient(2, 'jan@klient.test')] }));
  t.like(results[1], { state: 'refused', status: '5.1.1' });
  t.like(results[2], { state: 'deferred', note: 'greylisted', retryInMs: 300_000 });
  t.is(peer('127.0.0.32').connections(), 0);
});

test('a domain that takes no mail, does not exist or has no server refuses, one that nobody can tell defers', async (t) => {
  const dns = await dnsOf(t, { 'null.test': { mx: ['0 .'] }, 'txt.test': { txt: ['x'] }, 'klient.test': { mx: ['10 gone.klient.test'] } }, [
    'silent.test',
  ]);
  const outcome = async (domain: string) => (await sender(t, dns, '')(outbound({ recipients: [recipient(1, `x@${domain}`)] })))[1];
  t.like(await outcome('null.test'), { state: 'refused', status: '5.1.10', note: 'null_mx' });
  t.like(await outcome('nowhere.test'), { state: 'refused', status: '5.1.2', note: 'no_domain' });
  t.like(await outcome('txt.test'), { state: 'refused', status: '5.1.2', note: 'no_mail_server' });
  t.like(await outcome('klient.test'), { state: 'refused', status: '5.1.2', note: 'no_mail_server' });
  t.like(await outcome('silent.test'), { state: 'deferred', status: '4.4.3', note: 'dns_silent' });
  t.like((await sender(t, noDns, '')())[1], { state: 'deferred', note: 'dns_silent' });
});

test('an MX record that points into our own network is refused unless the operator allowed it', async (t) => {
  const { peer } = await peersOn(t, { '127.0.0.41': {} });
  const inside = ['127.0.0.41', '10.1.2.3', '192.168.1.1', '169.254.169.254', '172.20.0.1', '100.64.0.1', '0.0.0.0'];
  for (const ip of inside) {
    const dns = await dnsOf(t, { 'klient.test': { mx: ['10 mx.klient.test'] }, 'mx.klient.test': { a: [ip] } });
    t.like((await sender(t, dns, '')())[1], { state: 'refused', status: '5.4.4', note: 'private_mx' }, ip);
  }
  t.is(peer('127.0.0.41').connections(), 0);
  const allowed = allowedServers('10.0.0.0/8, 192.168.5.25:2525,fd00::/8');
  t.deepEqual(
    ['10.1.2.3', '192.168.5.25', '192.168.5.26', '8.8.8.8', 'fd00::1', '::ffff:127.0.0.1', '::1', '64:ff9b::7f00:1', 'x'].map(
      allowed.portFor,
    ),
    [25, 2525, null, 25, 25, null, null, null, null],
  );
});

test('equal preferences are taken in any order', async (t) => {
  const dns = await dnsOf(t, {
    'klient.test': { mx: ['10 a.klient.test', '10 b.klient.test'] },
    'a.klient.test': { a: ['127.0.0.51'] },
    'b.klient.test': { a: ['127.0.0.52'] },
  });
  const first = async (...numbers: number[]) => {
    const found = await mailServers(dns, 'klient.test', allowedServers('127.0.0.0/8'), () => numbers.shift() ?? 0);
    return found.state === 'found' ? found.servers[0]?.host : null;
  };
  t.not(await first(0, 1), await first(1, 0));
});

test('the check of direct sending says whether the DNS answers and port 25 is reached', async (t) => {
  const { mxAllow } = await peersOn(t, { '127.0.0.61': {} });
  const closed = `127.0.0.62:${await freePort()}`;
  const zone = (ip: string): Record<string, Zone> => ({ 'firma.test': { mx: ['10 mx.firma.test'] }, 'mx.firma.test': { a: [ip] } });
  const check = (dns: ReturnType<typeof createDns>, allow: string) =>
    checkRoute(DIRECT, AbortSignal.timeout(15_000), { dns, accessToken: noTokens, server: { ...server, mxAllow: allow } });
  t.deepEqual(await check(await dnsOf(t, zone('127.0.0.61')), mxAllow), { ok: true });
  t.like(await check(await dnsOf(t, zone('127.0.0.62')), closed), { ok: false, field: 'route', problem: 'direct_port' });
  t.like(await check(noDns, ''), { ok: false, field: 'route', problem: 'direct_dns' });
  t.like(await check(await dnsOf(t, {}), ''), { ok: false, field: 'route', problem: 'direct_domain' });
});
