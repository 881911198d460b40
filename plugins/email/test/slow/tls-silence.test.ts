import { connect, createServer, type Socket } from 'node:net';
import test from 'ava';
import { createDns } from '../../../../core/dns/resolver.ts';
import { startDns } from '../../../../test/support/dns.ts';
import { sendMail } from '../../outbound/send.ts';
import { inboxOf, meansFor, outbound } from '../messages.ts';
import { smtpPeer } from '../smtp-peer.ts';

/** Announces STARTTLS, takes it, and says no more. */
function stall(socket: Socket): void {
  socket.write('220 mx.klient.test\r\n');
  socket.on('data', (bytes) => {
    if (bytes.includes('EHLO')) socket.write('250-mx.klient.test\r\n250 STARTTLS\r\n');
    if (bytes.includes('STARTTLS')) socket.write('220 go on\r\n');
  });
}

test('a server that falls silent in the TLS handshake is given the mail without it, as one where it fails', async (t) => {
  const peer = await smtpPeer(t);
  const sockets: Socket[] = [];
  const front = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    if (sockets.length === 1) stall(socket);
    else socket.pipe(connect(peer.port, '127.0.0.1').on('error', () => {})).pipe(socket);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    front.close();
  });
  const address = front.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const names = await startDns({ 'klient.test': { mx: ['10 mx.klient.test'] }, 'mx.klient.test': { a: ['127.0.0.1'] } });
  t.teardown(names.stop);
  const means = meansFor({ dns: createDns({ servers: [names.server] }), server: { mxAllow: `127.0.0.1:${port}` } });
  t.teardown(() => means.pools.stop());
  const [result] = await sendMail(means, outbound(), inboxOf({ route: 'direct' }), AbortSignal.timeout(60_000));
  t.like(result?.outcome, { state: 'accepted' });
  t.is(peer.mails.length, 1);
});
