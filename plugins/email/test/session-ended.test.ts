import test, { type ExecutionContext } from 'ava';
import { createDns } from '../../../core/dns/resolver.ts';
import type { Inbox, SendOutcome } from '../../../core/plugins/contract.ts';
import { startDns } from '../../../test/support/dns.ts';
import { sendMail } from '../outbound/send.ts';
import type { EmailSettings } from '../settings.ts';
import { inboxOf, meansFor, outbound, recipient, relayTo } from './messages.ts';
import { type PeerScript, PIPELINING, smtpPeer } from './smtp-peer.ts';

const RECIPIENTS = ['zajety', 'nikt', 'anna', 'jan'].map((name, n) => recipient(n + 1, `${name}@klient.test`));

/** Over one recipient the session ends, as a policy of Postfix or Exim may have it; another one is unknown. */
const RCPT = (to: string): string => {
  if (to.startsWith('zajety')) return '421 4.3.2 come again later';
  return to.startsWith('nikt') ? '550 5.1.1 no such user' : '250 2.1.5 ok';
};
/** As Postfix does after so many wrong recipients. */
const TOO_MANY = (to: string): string => (to.startsWith('nikt') ? '550 5.1.1 no such user' : '421 4.7.0 too many errors');

type Options = Parameters<typeof meansFor>[0];

async function send(t: ExecutionContext, inbox: Inbox<EmailSettings>, options: Options = {}, recipients = RECIPIENTS) {
  const means = meansFor(options);
  t.teardown(() => means.pools.stop());
  const results = await sendMail(means, outbound({ recipients }), inbox, AbortSignal.timeout(20_000));
  return Object.fromEntries(results.map(({ deliveryId, outcome }) => [deliveryId, outcome])) as Record<number, SendOutcome>;
}

async function domainOf(t: ExecutionContext, port: number): Promise<Options> {
  const dns = await startDns({ 'klient.test': { mx: ['10 mx.klient.test'] }, 'mx.klient.test': { a: ['127.0.0.1'] } });
  t.teardown(dns.stop);
  return { dns: createDns({ servers: [dns.server] }), server: { hostname: 'poczta.firma.test', mxAllow: `127.0.0.1:${port}` } };
}

for (const [how, script] of [
  ['one command after the other', { RCPT }],
  ['all commands at once', { ...PIPELINING, RCPT }],
] as const satisfies readonly (readonly [string, PeerScript])[])
  test(`a server that ends the session over one recipient, told ${how}, gets the mail for the others at once`, async (t) => {
    const peer = await smtpPeer(t, script);
    for (const results of [await send(t, relayTo(peer.port)), await send(t, inboxOf({ route: 'direct' }), await domainOf(t, peer.port))]) {
      t.like(results[1], { state: 'deferred', status: '4.3.2' });
      t.like(results[2], { state: 'refused', status: '5.1.1' });
      t.deepEqual([results[3]?.state, results[4]?.state], ['accepted', 'accepted']);
    }
    t.deepEqual(
      peer.mails.map(({ to }) => to),
      [
        ['anna@klient.test', 'jan@klient.test'],
        ['anna@klient.test', 'jan@klient.test'],
      ],
    );
  });

test('who was refused before the server ended the session is refused, and the others come again', async (t) => {
  const peer = await smtpPeer(t, { RCPT: TOO_MANY });
  const recipients = [recipient(1, 'nikt@klient.test'), recipient(2, 'anna@klient.test')];
  for (const results of [
    await send(t, relayTo(peer.port), {}, recipients),
    await send(t, inboxOf({ route: 'direct' }), await domainOf(t, peer.port), recipients),
  ]) {
    t.like(results[1], { state: 'refused', status: '5.1.1' });
    t.is(results[2]?.state, 'deferred');
  }
});
