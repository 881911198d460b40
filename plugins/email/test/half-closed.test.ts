import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { memoryHost } from '../../../test/support/channel-host.ts';
import { startListener } from '../inbound/listener.ts';
import { type ListenerSettings, readListenerSettings } from '../listener-settings.ts';
import { MAIL } from './listening.ts';

/** A listener whose disk takes its time. */
async function slowListener(t: ExecutionContext) {
  const settings = readListenerSettings({ ownNetworks: '' });
  const host = memoryHost<ListenerSettings>({ inboxes: { 1: 'biuro@firma.test' }, settings });
  const keep: typeof host.keep = (thing) => host.keep(thing).finally(() => delay(200));
  const listener = await startListener({ ...host, keep }, settings);
  t.teardown(() => listener.stop());
  return { host, listener };
}

const BEFORE = 'MAIL FROM:<anna@klient.test>\r\nRCPT TO:<biuro@firma.test>\r\nDATA\r\n';

/** What a client hears that sends `last` behind EHLO and `before`, and its end with it. */
async function heard(t: ExecutionContext, port: number, before: string, last: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  t.teardown(() => void socket.destroy());
  await once(socket, 'data');
  socket.write('EHLO exim.test\r\n');
  await once(socket, 'data');
  if (before !== '') {
    socket.write(before);
    for (let said = ''; !said.includes('354 '); ) said += String((await once(socket, 'data'))[0]);
  }
  socket.end(last);
  return text(socket);
}

test('a client that ends its side behind its last message and QUIT, as Exim does, hears that the message was kept', async (t) => {
  const { host, listener } = await slowListener(t);
  t.regex(await heard(t, listener.port, BEFORE, `${MAIL}.\r\nQUIT\r\n`), /^250 2\.0\.0 kept as \S+\r\n221 2\.0\.0 Bye\r\n$/);
  t.is(host.kept.length, 1);
  t.regex(await heard(t, listener.port, BEFORE, `${MAIL}.\r\n`), /^250 2\.0\.0 kept as \S+\r\n$/, 'without QUIT, too');
  t.is(host.kept.length, 2);
});

test('a client that ends its side in the middle of a message, or without one, leaves nothing behind', async (t) => {
  const { host, listener } = await slowListener(t);
  t.is(await heard(t, listener.port, BEFORE, MAIL), '');
  t.is(await heard(t, listener.port, BEFORE, ''), '');
  t.is(await heard(t, listener.port, '', ''), '');
  t.is(await heard(t, listener.port, '', 'NOOP\r\n'), '250 2.0.0 OK\r\n');
  t.is(host.kept.length, 0);
});
