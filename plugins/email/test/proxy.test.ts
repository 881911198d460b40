import test from 'ava';
import { smtpSession } from '../../../test/support/smtp-client.ts';
import { parseProxyHeader } from '../inbound/proxy.ts';
import { listenerFor, MAIL } from './listening.ts';

/** Version 2 (proxy-protocol.txt §2.2). */
function v2(command: number, family: number, addresses: readonly number[]): Buffer {
  const head = Buffer.from('\r\n\r\n\0\r\nQUIT\n\0\0\0\0', 'latin1');
  head.writeUInt8(0x20 | command, 12);
  head.writeUInt8(family, 13);
  head.writeUInt16BE(addresses.length, 14);
  return Buffer.concat([head, Buffer.from(addresses)]);
}

const V2_IPV4 = v2(1, 0x11, [192, 0, 2, 7, 198, 51, 100, 1, 0x30, 0x39, 0, 25]);
/** What haproxy says of an IPv4 client that came to a port of both families (`bind :::25 v4v6`). */
const V2_MAPPED = v2(1, 0x21, [...Array<number>(10).fill(0), 255, 255, 192, 0, 2, 7, ...Array<number>(16).fill(0), 0x30, 0x39, 0, 25]);
const V2_IPV6 = v2(1, 0x21, [0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), 7, ...Array<number>(16).fill(0), 0x30, 0x39, 0, 25]);

test('a listed proxy tells whose connection it is, in either version, and the address is that client’s from then on', async (t) => {
  const { host, listener } = await listenerFor(t, { settings: { proxies: '127.0.0.0/8' } });
  for (const header of [
    'PROXY TCP4 192.0.2.7 198.51.100.1 12345 25\r\n',
    'PROXY TCP6 2001:db8::7 2001:db8::1 12345 25\r\n',
    V2_IPV4,
    V2_IPV6,
    'PROXY TCP6 ::ffff:192.0.2.7 ::ffff:198.51.100.1 12345 25\r\n',
    V2_MAPPED,
  ]) {
    const smtp = await smtpSession(t, listener.port);
    smtp.write(header);
    await smtp.greeting();
    await smtp.ehlo();
    await smtp.mailFrom('anna@klient.test');
    await smtp.rcptTo('biuro@firma.test');
    await smtp.data(MAIL);
  }
  t.deepEqual(
    host.kept.map(({ envelope }) => envelope['remoteIp']),
    ['192.0.2.7', '2001:db8::7', '192.0.2.7', '2001:db8::7', '192.0.2.7', '192.0.2.7'],
  );
});

test('limits count the client behind the proxy, not the proxy', async (t) => {
  const { listener } = await listenerFor(t, { settings: { proxies: '127.0.0.1', maxConnectionsPerClient: '1' } });
  const through = async (ip: string, expected: string): Promise<void> => {
    const smtp = await smtpSession(t, listener.port);
    smtp.write(`PROXY TCP4 ${ip} 198.51.100.1 1 25\r\n`);
    await smtp.greeting(expected);
  };
  await through('192.0.2.7', '220 ');
  await through('192.0.2.8', '220 ');
  await through('192.0.2.7', '421 4.7.0');
});

test('a proxy’s own health check is served, a wrong header or none is not', async (t) => {
  const { listener } = await listenerFor(t, { settings: { proxies: '127.0.0.1' } });
  for (const header of ['PROXY UNKNOWN\r\n', v2(0, 0, []), v2(1, 0, [])]) {
    const smtp = await smtpSession(t, listener.port);
    smtp.write(header);
    await smtp.greeting('220 ');
  }
  for (const header of [
    'EHLO client.test\r\n',
    'PROXY TCP4 192.0.2.300 198.51.100.1 1 25\r\n',
    'PROXY TCP4 2001:db8::7 198.51.100.1 1 25\r\n',
    'PROXY TCP4 192.0.2.7\r\n',
    `PROXY ${'x'.repeat(200)}`,
    v2(1, 0x11, [1, 2, 3]),
    v2(2, 0x11, [192, 0, 2, 7, 198, 51, 100, 1, 0x30, 0x39, 0, 25]),
  ]) {
    const smtp = await smtpSession(t, listener.port);
    smtp.write(header);
    t.is(await smtp.greeting('(connection closed)'), '(connection closed)');
  }
});

test('a PROXY header from anybody else is refused', async (t) => {
  const { listener } = await listenerFor(t, { settings: { proxies: '192.0.2.1' } });
  const smtp = await smtpSession(t, listener.port);
  await smtp.greeting();
  await smtp.say('PROXY TCP4 192.0.2.7 198.51.100.1 1 25', '500 5.5.2');
});

test('a proxy’s header may come in any number of pieces', (t) => {
  for (const whole of [V2_IPV4, V2_IPV6, Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 12345 25\r\n')]) {
    for (let length = 0; length < whole.length; length += 1) t.is(parseProxyHeader(whole.subarray(0, length)).state, 'more', `${length}`);
    t.like(parseProxyHeader(Buffer.concat([whole, Buffer.from('EHLO x\r\n')])), { state: 'read', bytes: whole.length });
  }
});
