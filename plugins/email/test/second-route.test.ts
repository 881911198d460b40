import test, { type ExecutionContext } from 'ava';
import type { SendOutcome } from '../../../core/plugins/contract.ts';
import { memoryHost } from '../../../test/support/channel-host.ts';
import { noTokens } from '../../../test/support/dns.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { checkRoute } from '../outbound/check.ts';
import { sendMail } from '../outbound/send.ts';
import plugin from '../plugin.ts';
import { inboxOf, meansFor, outbound } from './messages.ts';
import { type PeerScript, smtpPeer } from './smtp-peer.ts';

const url = (port: number, login = ''): string => `smtp://${login}127.0.0.1:${port}`;

/** An inbox with two relays, and what became of one mail. */
async function two(t: ExecutionContext, first: PeerScript, second: PeerScript = {}) {
  const peers = [await smtpPeer(t, first), await smtpPeer(t, second)] as const;
  const inbox = inboxOf({ relayUrl: url(peers[0].port, 'jan:sekret@'), secondRelayUrl: url(peers[1].port) });
  const means = meansFor();
  t.teardown(() => means.pools.stop());
  const send = async (): Promise<SendOutcome | undefined> =>
    (await sendMail(means, outbound(), inbox, AbortSignal.timeout(20_000)))[0]?.outcome;
  return { peers, send, means };
}

const DOWN: readonly [string, PeerScript][] = [
  ['drops the connection', { CONNECT: () => 'drop' }],
  ['is too busy at the greeting', { CONNECT: () => '421 4.7.0 too busy' }],
  ['refuses the log-in', { AUTH: () => '535 5.7.8 wrong password' }],
  ['breaks off before the mail', { RCPT: () => 'drop' }],
  ['wants a log-in first', { MAIL: () => '530 5.7.0 Authentication required' }],
  ['stops at MAIL', { MAIL: () => '421 4.3.2 shutting down' }],
];

for (const [title, script] of DOWN)
  test(`while the first relay ${title}, mail takes the second route once and says so`, async (t) => {
    const { peers, send, means } = await two(t, script);
    t.deepEqual(await send(), { state: 'accepted', reply: '250 2.0.0 queued as PEER1', note: 'second_route' });
    t.is(peers[1].mails.length, 1);
    t.like(means.health.health(), { state: 'ok', problem: 'route_down' });
    const before = peers[0].connections();
    t.like(await send(), { state: 'accepted', note: 'second_route' });
    t.is(peers[0].connections(), before, 'the next mail does not wait for the broken one first');
    peers[0].play({});
  });

test('what the first relay answers about a recipient or the content is final, whatever the second would say', async (t) => {
  for (const script of [
    { RCPT: () => '550 5.1.1 no such user' },
    { RCPT: () => '451 4.3.0 later' },
    { END: () => '554 5.7.1 spam' },
    { END: () => 'drop' },
    { END: () => '421 4.3.2 stopping' },
  ] satisfies PeerScript[]) {
    const { peers, send } = await two(t, script);
    t.not((await send())?.state, 'accepted');
    t.is(peers[1].connections(), 0);
  }
});

test('when both relays are down the mail is deferred, and the first is used again as soon as it works', async (t) => {
  const { peers, send, means } = await two(t, { CONNECT: () => 'drop' }, { CONNECT: () => 'drop' });
  t.like(await send(), { state: 'deferred', note: 'relay_unreachable' });
  peers[0].play({});
  const outcome = await send();
  t.deepEqual(outcome, { state: 'accepted', reply: '250 2.0.0 queued as PEER1' });
  t.is(peers[0].mails.length, 1);
  t.like(means.health.health(), { problem: 'route_down' }, 'the second is still known to be down');
});

test('an inbox whose server was taken out of its settings holds its mail and says so', async (t) => {
  const means = meansFor();
  t.teardown(() => means.pools.stop());
  const [result] = await sendMail(means, outbound(), inboxOf({ route: 'relay', relayUrl: '' }), AbortSignal.timeout(20_000));
  t.like(result?.outcome, { state: 'deferred', note: 'no_relay' });
});

test('the check tries both relays and names the field of the one that fails', async (t) => {
  const good = await smtpPeer(t);
  const means = { dns: memoryHost().dns, accessToken: noTokens, server: {} };
  const check = (settings: Record<string, unknown>) => checkRoute(inboxOf(settings), AbortSignal.timeout(10_000), means);
  const closed = url(await freePort());
  t.deepEqual(await check({ relayUrl: url(good.port), secondRelayUrl: url(good.port) }), { ok: true });
  t.like(await check({ relayUrl: closed, secondRelayUrl: url(good.port) }), { field: 'relayUrl', problem: 'relay_refused' });
  t.like(await check({ relayUrl: url(good.port), secondRelayUrl: closed }), { field: 'secondRelayUrl', problem: 'relay_refused' });
  t.like(await check({ secondRelayUrl: url(good.port) }), { field: 'relayUrl', problem: 'second_without_first' });
});

test('a relay that is down is shown with the plugin until it works or the inbox changes', async (t) => {
  const peer = await smtpPeer(t, { CONNECT: () => 'drop' });
  const running = await plugin.start(memoryHost());
  t.teardown(() => running.stop());
  const inbox = inboxOf({ relayUrl: url(peer.port) });
  await running.send(outbound(), inbox, AbortSignal.timeout(10_000));
  t.like(running.health(), { state: 'ok', problem: 'route_down' });
  await running.open(inbox);
  t.like(running.health(), { problem: null });
});
