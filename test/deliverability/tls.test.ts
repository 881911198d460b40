import { createServer } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { generate } from 'selfsigned';
import { SMTPServer } from 'smtp-server';
import { checkTls } from '../../core/deliverability/check-tls.ts';
import { probeTls } from '../../core/deliverability/probe-tls.ts';
import { createDns } from '../../core/dns/resolver.ts';
import { startDns } from '../support/dns.ts';

const DAY_MS = 86_400_000;

async function mailServer(t: ExecutionContext, name: string, days: number): Promise<number> {
  const now = Date.now();
  const made = await generate([{ name: 'commonName', value: name }], {
    notBeforeDate: new Date(now - 30 * DAY_MS),
    notAfterDate: new Date(now + days * DAY_MS),
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
  });
  const server = new SMTPServer({ key: made.private, cert: made.cert, logger: false });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

async function stateOf(t: ExecutionContext, port: number): Promise<string> {
  const dns = await startDns({ 'firma.test': { mx: ['20 other.test', '10 mx.firma.test'] }, 'mx.firma.test': { a: ['127.0.0.1'] } });
  t.teardown(dns.stop);
  const facts = { domain: 'firma.test', addresses: [], relays: [], isDirect: false, helloName: '', keys: [] };
  const { state, finding } = await checkTls(createDns({ servers: [dns.server] }), facts, new Date(), () => port);
  return `${state} ${finding}`;
}

test("A mail server's certificate is judged by its dates and its name", async (t) => {
  t.is(await stateOf(t, await mailServer(t, 'mx.firma.test', 90)), 'ok own');
  t.is(await stateOf(t, await mailServer(t, 'mx.firma.test', 5)), 'warn ends_soon');
  t.is(await stateOf(t, await mailServer(t, 'mx.firma.test', -1)), 'warn expired');
  t.is(await stateOf(t, await mailServer(t, 'else.test', 90)), 'warn other_name');
});

test('A server without TLS, one that does not greet and one that is not there are told apart, and none holds us up', async (t) => {
  const plain = new SMTPServer({ disabledCommands: ['STARTTLS'], logger: false });
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  t.teardown(() => new Promise<void>((resolve) => plain.close(() => resolve())));
  const address = plain.server.address();
  t.is(await stateOf(t, typeof address === 'object' && address ? address.port : 0), 'warn none');
  t.is(await stateOf(t, 1), 'unknown unreachable');
  const rude = createServer((socket) => socket.end('nonsense\r\n'));
  await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve));
  t.teardown(() => new Promise<void>((resolve) => rude.close(() => resolve())));
  const rudeAddress = rude.address();
  const offer = await probeTls('127.0.0.1', typeof rudeAddress === 'object' && rudeAddress ? rudeAddress.port : 0, 'x.test');
  t.is(offer.state, 'unreachable');
});
