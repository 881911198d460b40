import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import test, { type ExecutionContext } from 'ava';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { createDns } from '../../../core/dns/resolver.ts';
import type { OutboundMessage, SendOutcome } from '../../../core/plugins/contract.ts';
import { startDns } from '../../../test/support/dns.ts';
import { startPostfix } from '../../../test/support/postfix.ts';
import { until } from '../../../test/support/until.ts';
import { sendMail } from '../outbound/send.ts';
import { messageIn } from './mails.ts';
import { attachment, inboxOf, meansFor, outbound, recipient, relayTo } from './messages.ts';

const RECIPIENTS = [recipient(1, 'anna@klient.test'), recipient(2, 'nikt@klient.test')];
const MESSAGE = outbound({
  recipients: RECIPIENTS,
  html: '<p>Zażółć <img src="cid:zdjęcie.png"></p>',
  attachments: [attachment('zdjęcie.png', 'image/png', Buffer.alloc(200_000, 7))],
});

async function outcomes(t: ExecutionContext, inbox = inboxOf(), options = {}, message: OutboundMessage = MESSAGE) {
  const means = meansFor(options);
  t.teardown(() => means.pools.stop());
  const results = await sendMail(means, message, inbox, AbortSignal.timeout(30_000));
  return Object.fromEntries(results.map(({ deliveryId, outcome }) => [deliveryId, outcome])) as Record<number, SendOutcome>;
}

/** The domain klient.test with one mail server on loopback. */
async function world(t: ExecutionContext, port: number) {
  const dns = await startDns({ 'klient.test': { mx: ['10 mx.klient.test'] }, 'mx.klient.test': { a: ['127.0.0.1'] } });
  t.teardown(dns.stop);
  return { dns: createDns({ servers: [dns.server] }), server: { hostname: 'poczta.firma.test', mxAllow: `127.0.0.1:${port}` } };
}

/** Lines that servers and mailboxes treat in ways of their own. */
const ODD = `Dzień dobry\nFrom tego wiersza\n>From tego też\n.\n..\n.kropka\n${'długa '.repeat(300)}\n${'x'.repeat(1500)}\nspacje na końcu   \n-- \nJan\n`;

test('a real Postfix takes our mail as a relay that passes it on, and as the mail server of a domain', async (t) => {
  const last = await startPostfix({ address: 'anna@klient.test' });
  t.teardown(last.stop);
  const relay = await startPostfix({ address: 'nobody@relay.test', handsOver: { domain: 'klient.test', port: last.port } });
  t.teardown(relay.stop);
  t.is((await outcomes(t, relayTo(relay.port), {}, outbound({ text: ODD })))[1]?.state, 'accepted');
  await until('the relay passed it on', () => last.delivered() === 1, 30_000);
  t.is((await messageIn(last.mails()[0] ?? '')).text, ODD, 'not a letter of the text was changed on the way');

  const direct = await outcomes(t, inboxOf({ route: 'direct' }), await world(t, last.port));
  t.is(direct[1]?.state, 'accepted');
  t.like(direct[2], { state: 'refused', status: '5.1.1' });
  await until('the server delivered it', () => last.delivered() === 2, 30_000);
  const mail = last.mails().find((one) => one.includes('multipart/'));
  t.regex(mail ?? '', /^Return-Path: <biuro@firma\.test>/m);
  t.regex(mail ?? '', /from poczta\.firma\.test/);
});

async function tlsServer(t: ExecutionContext, options: SMTPServerOptions = {}, host = '127.0.0.1') {
  const sessions: boolean[] = [];
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    disableReverseLookup: true,
    onData: (stream, session, callback) => {
      sessions.push(session.secure);
      stream.resume().on('end', () => callback());
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, host, () => resolve()));
  t.teardown(() => new Promise<void>((resolve) => server.close(resolve)));
  const address = server.server.address();
  return { sessions, port: typeof address === 'object' && address ? address.port : 0 };
}

test('mail to a domain’s own server is encrypted when it can be, whatever the certificate, and else goes in clear', async (t) => {
  const one = outbound({ recipients: [recipient(1, 'anna@klient.test')] });
  const direct = inboxOf({ route: 'direct' });
  const selfSigned = await tlsServer(t);
  t.is((await outcomes(t, direct, await world(t, selfSigned.port), one))[1]?.state, 'accepted');
  t.deepEqual(selfSigned.sessions, [true]);
  const without = await tlsServer(t, { disabledCommands: ['STARTTLS'] });
  t.is((await outcomes(t, direct, await world(t, without.port), one))[1]?.state, 'accepted');
  t.deepEqual(without.sessions, [false]);
  const broken = await tlsServer(t, { ciphers: 'PSK-AES128-CBC-SHA', maxVersion: 'TLSv1.2' } as SMTPServerOptions);
  t.is((await outcomes(t, direct, await world(t, broken.port), one))[1]?.state, 'accepted');
  t.deepEqual(broken.sessions, [false], 'a handshake that fails is not the end');
});

test('what a relay injects before the handshake is not taken for its answer after it', async (t) => {
  const commands: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('220 relay.test ESMTP\r\n');
    socket.on('data', (chunk) => {
      const line = chunk.toString('latin1');
      commands.push(line.trim());
      if (line.startsWith('EHLO')) socket.write('250-relay.test\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n');
      // Plain text that pretends to be the answers of the encrypted session.
      if (line.startsWith('STARTTLS')) socket.write('220 go on\r\n250-relay.test\r\n250 AUTH PLAIN\r\n235 2.7.0 welcome\r\n250 ok\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const result = await outcomes(t, relayTo(port, 'jan:sekret@'), {}, outbound());
  t.is(result[1]?.state, 'deferred');
  t.false(
    commands.some((line) => /^(?:AUTH|MAIL|RCPT|DATA)/.test(line)),
    commands.join('|'),
  );
});

test('a relay on another machine whose certificate nobody signed is refused in plain words, unless the inbox does not ask', async (t) => {
  const own = Object.values(networkInterfaces())
    .flat()
    .find((one) => one && !one.internal && one.family === 'IPv4')?.address;
  if (!own) return t.pass('this machine has no network');
  const { port, sessions } = await tlsServer(t, {}, own);
  const relayUrl = `smtp://${own}:${port}`;
  t.like((await outcomes(t, inboxOf({ relayUrl }), {}, outbound()))[1], { state: 'deferred', note: 'tls_failed' });
  t.is((await outcomes(t, inboxOf({ relayUrl, checkCertificate: false }), {}, outbound()))[1]?.state, 'accepted');
  t.deepEqual(sessions, [true]);
});
