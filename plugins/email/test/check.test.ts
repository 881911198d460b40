import test from 'ava';
import type { CheckResult } from '../../../core/plugins/contract.ts';
import { memoryHost } from '../../../test/support/channel-host.ts';
import { startListener } from '../inbound/listener.ts';
import { checkRelay } from '../outbound/check.ts';
import { parseRelayUrl, relayHost } from '../outbound/relay.ts';
import { type PeerScript, smtpPeer } from './smtp-peer.ts';

const SECRET = 'S3kr3t!hasło';
const check = (url: string, ms = 10_000): Promise<CheckResult> => checkRelay(parseRelayUrl(url) ?? null, AbortSignal.timeout(ms));

test('an inbox without a relay is in order', async (t) => {
  t.deepEqual(await checkRelay(null, AbortSignal.timeout(1000)), { ok: true });
});

test('a relay that answers and accepts the log-in is in order', async (t) => {
  const peer = await smtpPeer(t);
  t.deepEqual(await check(`smtp://jan:${encodeURIComponent(SECRET)}@127.0.0.1:${peer.port}`), { ok: true });
  t.is(
    peer.commands.find((line) => line.startsWith('AUTH')),
    `AUTH PLAIN ${Buffer.from(`\0jan\0${SECRET}`).toString('base64')}`,
  );
  t.is(peer.mails.length, 0);
});

const FAILING: readonly [string, PeerScript][] = [
  ['relay_login', { AUTH: (argument) => `535 5.7.8 wrong ${SECRET} ${argument}` }],
  ['relay_failed', { CONNECT: () => '554 5.7.1 go away' }],
  ['relay_timeout', { CONNECT: () => 'silence' }],
];

for (const [problem, script] of FAILING)
  test(`a relay that cannot be used is reported at its field as ${problem} and never shows the password`, async (t) => {
    const peer = await smtpPeer(t, script);
    const result = await check(`smtp://jan:${encodeURIComponent(SECRET)}@127.0.0.1:${peer.port}`, 1000);
    if (result.ok) return t.fail();
    t.is(result.field, 'relayUrl');
    t.is(result.problem, problem);
    t.true(result.detail?.startsWith(`127.0.0.1:${peer.port}: `));
    for (const form of [SECRET, encodeURIComponent(SECRET), Buffer.from(`\0jan\0${SECRET}`).toString('base64')])
      t.false(result.detail?.includes(form) ?? true, form);
  });

test('a relay that is not there, has no name or speaks no TLS is told apart', async (t) => {
  const peer = await smtpPeer(t);
  await peer.stop();
  const problem = async (url: string): Promise<string | null> => {
    const result = await check(url);
    return result.ok ? null : result.problem;
  };
  t.is(await problem(`smtp://127.0.0.1:${peer.port}`), 'relay_refused');
  t.is(await problem('smtp://no-such-host.invalid:587'), 'relay_not_found');
  const plain = await smtpPeer(t);
  t.is(await problem(`smtps://127.0.0.1:${plain.port}`), 'relay_tls');
});

test('our own listener is no relay, with or without a user', async (t) => {
  const listener = await startListener(memoryHost({ inboxes: { 1: 'biuro@firma.test' } }));
  t.teardown(() => listener.stop());
  for (const user of ['', 'jan:haslo@']) {
    const result = await check(`smtp://${user}127.0.0.1:${listener.port}`);
    t.like(result, { ok: false, field: 'relayUrl', problem: 'relay_is_centrala' }, user);
  }
});

test('relay addresses are read with their usual ports and passwords percent-encoded or as they are', (t) => {
  t.deepEqual(parseRelayUrl('smtp://jan%40firma.pl:p%40ss@mail.firma.pl'), {
    host: 'mail.firma.pl',
    port: 587,
    implicitTls: false,
    user: 'jan@firma.pl',
    password: 'p@ss',
  });
  t.like(parseRelayUrl('smtp://biuro@firma.pl:100% p@ss/#?:x@mail.firma.pl:25'), {
    host: 'mail.firma.pl',
    port: 25,
    user: 'biuro@firma.pl',
    password: '100% p@ss/#?:x',
  });
  t.is(parseRelayUrl('smtps://mail.firma.pl')?.port, 465);
  t.is(parseRelayUrl('smtp://[::1]:2525')?.host, '::1');
  for (const wrong of [
    '',
    'mail.firma.pl:587',
    'http://mail.firma.pl',
    'smtp://',
    'smtp://host/path',
    'smtp://host?x=1',
    'smtp://user@host',
    'smtp://u:p%0d%0a@host',
    'smtp://u:%ff@host',
  ])
    t.is(parseRelayUrl(wrong), undefined, wrong);
});

test('a relay is named by host and port alone', (t) => {
  const relay = parseRelayUrl('smtp://jan:sekret@mail.firma.pl:2587');
  t.is(relay && relayHost(relay), 'mail.firma.pl:2587');
});
