import test from 'ava';
import { smtpSession } from '../../../test/support/smtp-client.ts';
import { countClients } from '../inbound/clients.ts';
import { lateness, PATIENCE } from '../inbound/patience.ts';
import { SHAPE_LIMITS, watchShape } from '../inbound/shape.ts';
import { greeted, inData, listenerFor, MAIL } from './listening.ts';

test('one address may not have more connections than its share, our own machines may', async (t) => {
  const { listener } = await listenerFor(t, { settings: { maxConnectionsPerClient: '2' } });
  const first = await greeted(t, listener);
  await greeted(t, listener);
  await (await smtpSession(t, listener.port)).greeting('421 4.7.0');
  await first.quit();
  await first.closed();
  await greeted(t, listener);
  const own = await listenerFor(t, { settings: { maxConnectionsPerClient: '2', ownNetworks: '127.0.0.1' } });
  for (let i = 0; i < 5; i += 1) await greeted(t, own.listener);
});

test('our own scanners and machines may write an address without its brackets, strangers may not', async (t) => {
  const own = await listenerFor(t, { settings: { ownNetworks: '127.0.0.1' } });
  const smtp = await greeted(t, own.listener);
  await smtp.say('MAIL FROM:skaner@firma.test', '250 2.1.0');
  for (const form of ['<biuro@firma.test', 'biuro@firma.test>', 'biuro firma.test', 'biuro'])
    await smtp.say(`RCPT TO:${form}`, '501 5.1.3');
  await smtp.say('RCPT TO:victim@evil.test', '550 5.1.1');
  await smtp.say('rcpt to: biuro@firma.test', '250 2.1.5');
  await smtp.data(MAIL);
  t.like(own.host.kept[0]?.envelope, { mailFrom: 'skaner@firma.test', rcptTo: '["biuro@firma.test"]' });
  const { listener } = await listenerFor(t);
  await (await greeted(t, listener)).say('MAIL FROM:skaner@firma.test', '501 5.1.7');
});

test('one address may not open more connections in a minute than its share', async (t) => {
  const { listener } = await listenerFor(t, { settings: { maxNewPerMinute: '3' } });
  for (let i = 0; i < 3; i += 1) {
    const smtp = await greeted(t, listener);
    await smtp.quit();
    await smtp.closed();
  }
  const late = await smtpSession(t, listener.port);
  await late.greeting('421 4.7.0');
  await late.closed();
});

test('a new minute begins anew, an IPv6 subscriber counts as his /64, quiet clients are forgotten', (t) => {
  let now = 0;
  const clients = countClients({ maxOpen: 5, maxNewPerMinute: 2 }, () => now);
  t.is(clients.enter('2001:db8:1:2::1'), 'welcome');
  t.is(clients.enter('2001:db8:1:2::2'), 'welcome');
  t.is(clients.enter('2001:db8:1:2::3'), 'too_fast');
  t.is(clients.enter('2001:db8:1:3::1'), 'welcome');
  now = 60_000;
  t.is(clients.enter('2001:db8:1:2::4'), 'welcome');
  for (const ip of ['2001:db8:1:2::1', '2001:db8:1:2::1', '2001:db8:1:2::1', '2001:db8:1:2::1', '2001:db8:1:3::1']) clients.leave(ip);
  now = 200_000;
  t.is(clients.enter('192.0.2.1'), 'welcome');
  t.is(clients.size(), 1);
});

test('a stranger that keeps making mistakes is slowed down and then dismissed, a delivered mail wipes the slate', async (t) => {
  const { host, listener } = await listenerFor(t, { server: { mistakeDelayMs: '40' } });
  const smtp = await greeted(t, listener);
  const tries = async (): Promise<number> => {
    const started = performance.now();
    await smtp.mailFrom('anna@klient.test');
    for (let i = 0; i < 19; i += 1) await smtp.rcptTo('nobody@firma.test', '550 5.1.1');
    return performance.now() - started;
  };
  t.true((await tries()) >= 8 * 40);
  await smtp.rcptTo('biuro@firma.test');
  await smtp.data(MAIL);
  await tries();
  await smtp.say('VRFY', '501 5.5.4');
  await smtp.say('RCPT TO:<nobody@firma.test>', '421 4.7.0');
  await smtp.closed();
  t.is(host.kept.length, 1);
});

test('a command line has a bound, and nothing of an endless one is held in memory', async (t) => {
  const { listener } = await listenerFor(t);
  const smtp = await greeted(t, listener);
  await smtp.say(`NOOP ${'x'.repeat(2000)}`, '250 2.0.0');
  smtp.write(`NOOP ${'x'.repeat(10_000_000)}`);
  await smtp.reply('500 5.5.2');
  await smtp.closed();
});

test('one connection brings a limited number of messages', async (t) => {
  const { host, listener } = await listenerFor(t, { server: { maxMessages: '2' } });
  const smtp = await greeted(t, listener);
  for (let i = 0; i < 2; i += 1) {
    await smtp.mailFrom('anna@klient.test');
    await smtp.rcptTo('biuro@firma.test');
    await smtp.data(MAIL);
  }
  await smtp.mailFrom('anna@klient.test', '421 4.7.0');
  await smtp.closed();
  t.is(host.kept.length, 2);
});

test('a mail has at most 1000 recipients, the others are asked to come in another one', async (t) => {
  const { listener } = await listenerFor(t);
  const smtp = await greeted(t, listener);
  await smtp.mailFrom('anna@klient.test');
  smtp.write(Array.from({ length: 1000 }, (_, i) => `RCPT TO:<biuro+${i}@firma.test>\r\n`).join(''));
  for (let i = 0; i < 1000; i += 1) await smtp.reply('250 2.1.5');
  await smtp.rcptTo('biuro+1000@firma.test', '452 4.5.3');
});

test('a command that trickles keeps no connection for ever', async (t) => {
  const { listener } = await listenerFor(t, { server: { commandMs: '1200' } });
  const smtp = await greeted(t, listener);
  const trickle = setInterval(() => smtp.write('N'), 100);
  t.teardown(() => clearInterval(trickle));
  await smtp.reply('421 4.4.2');
  await smtp.closed();
});

test('a message that comes slower than 500 bytes a second is broken off after its first half minute, a slow one of ours is waited for', (t) => {
  const waiting = { handshake: false, ours: false, dataBytes: 10_000 };
  t.is(lateness(PATIENCE, 19_000, waiting), null);
  t.is(lateness(PATIENCE, 31_000, waiting), 'data_slow');
  t.is(lateness(PATIENCE, 31_000, { ...waiting, dataBytes: 16_000 }), null);
  t.is(lateness(PATIENCE, 31_000, { ...waiting, ours: true }), null);
  t.is(lateness(PATIENCE, 3_600_001, { ...waiting, dataBytes: 1e9 }), 'data_long');
  t.is(lateness(PATIENCE, 31_000, { ...waiting, handshake: true }), 'handshake');
});

test('a slow message leaves nothing behind', async (t) => {
  const { host, listener } = await listenerFor(t, { server: { slowAfterMs: '500' } });
  const smtp = await inData(t, listener);
  const trickle = setInterval(() => smtp.write('x'), 50);
  t.teardown(() => clearInterval(trickle));
  await smtp.reply('421 4.7.0');
  await smtp.closed();
  t.is(host.kept.length, 0);
});

test('lines of 998 characters and far beyond are taken, an endless one is not', async (t) => {
  const { host, listener } = await listenerFor(t);
  const smtp = await inData(t, listener);
  smtp.write(`Subject: long\r\n\r\n${'x'.repeat(3_000_000)}\r\n.\r\n`);
  await smtp.reply('250 2.0.0');
  await smtp.mailFrom('anna@klient.test');
  await smtp.rcptTo('biuro@firma.test');
  await smtp.data(`Subject: endless\r\n\r\n${'x'.repeat(SHAPE_LIMITS.maxLineBytes + 1)}\r\n`, '500 5.6.0');
  t.is(host.kept.length, 1);
});

test('a header that no reader could show is refused, everything the reader is proven with is not', (t) => {
  const problemOf = (text: string): string | undefined => {
    const shape = watchShape(false);
    shape.see(Buffer.from(text));
    return shape.problem()?.message;
  };
  t.is(problemOf(`X-A: ${'a'.repeat(10_000_000)}\r\nSubject: s\r\n\r\nx`), undefined);
  t.is(problemOf(`${'X-A: a\r\n'.repeat(200_000)}Subject: s\r\n\r\nx`), undefined);
  t.is(problemOf(`Subject: s\r\n\r\n${'a\r\n'.repeat(300_000)}`), undefined);
  t.regex(problemOf(`${'X-A: a\r\n'.repeat(250_001)}\r\n`) ?? '', /^5\.3\.4/);
  t.regex(problemOf(`${`X-A: ${'a'.repeat(1_000_000)}\r\n`.repeat(13)}\r\n`) ?? '', /^5\.3\.4/);
});
