import test from 'ava';
import { createDns } from '../../../core/dns/resolver.ts';
import type { Caller } from '../../../core/plugins/contract.ts';
import { startDns } from '../../../test/support/dns.ts';
import { smtpSession } from '../../../test/support/smtp-client.ts';
import { reversed } from '../inbound/dns-lists.ts';
import { greeted, listenerFor, MAIL } from './listening.ts';

test('a denied caller is refused at his recipient and nothing of his mail is taken, not even from our own network', async (t) => {
  const asked: Caller[] = [];
  for (const ownNetworks of ['', '127.0.0.0/8']) {
    const { host, listener } = await listenerFor(t, {
      settings: { ownNetworks },
      admit: async (caller) => {
        asked.push(caller);
        return caller.sender === 'evil@klient.test' ? { verdict: 'denied', rule: 'sender evil@klient.test' } : { verdict: 'unlisted' };
      },
    });
    const smtp = await greeted(t, listener);
    await smtp.mailFrom('evil@klient.test');
    const answer = await smtp.rcptTo('biuro@firma.test', '554 5.7.1');
    t.notRegex(answer, /evil/, 'the sender is not told the rule');
    await smtp.rcptTo('serwis@firma.test', '554 5.7.1');
    await smtp.say('DATA', '503 5.5.1');
    await smtp.say('RSET', '250 2.0.0');
    await smtp.mailFrom('anna@klient.test');
    await smtp.rcptTo('biuro@firma.test');
    await smtp.data(MAIL);
    t.is(host.kept.length, 1);
  }
  t.deepEqual(asked[0], { ip: '127.0.0.1', helo: 'client.test', sender: 'evil@klient.test' });
  t.is(asked.length, 4, 'once for each mail');
});

test('with greylisting an unknown stranger is asked to come again, a trusted one and our own machines are not', async (t) => {
  const waiting: string[] = [];
  const hasWaited = async (caller: Caller, recipient: string): Promise<boolean> => {
    waiting.push(`${caller.sender} ${recipient}`);
    return false;
  };
  const strange = await listenerFor(t, { settings: { greylisting: true }, hasWaited });
  const smtp = await greeted(t, strange.listener);
  await smtp.mailFrom('anna@klient.test');
  await smtp.rcptTo('biuro@firma.test', '450 4.7.1');
  await smtp.rcptTo('nobody@firma.test', '550 5.1.1');
  t.deepEqual(waiting, ['anna@klient.test biuro@firma.test']);
  const others = [
    { settings: { greylisting: true, ownNetworks: '127.0.0.1' }, hasWaited },
    { settings: { greylisting: true }, hasWaited, admit: async () => ({ verdict: 'allowed' as const }) },
    { settings: {}, hasWaited },
  ];
  for (const options of others) {
    const { listener } = await listenerFor(t, options);
    const known = await greeted(t, listener);
    await known.mailFrom('anna@klient.test');
    await known.rcptTo('biuro@firma.test');
    await known.data(MAIL);
  }
  t.is(waiting.length, 1);
});

test('one connection cannot make greylisting remember without end', async (t) => {
  const { listener } = await listenerFor(t, { settings: { greylisting: true }, hasWaited: async () => false });
  const smtp = await greeted(t, listener);
  for (let n = 0; n < 20; n += 1) {
    await smtp.mailFrom(`spam${n}@klient.test`);
    await smtp.rcptTo('biuro@firma.test', '450 4.7.1');
    await smtp.say('RSET', '250');
  }
  await smtp.mailFrom('spam@klient.test');
  await smtp.rcptTo('biuro@firma.test', '421 4.7.0');
  await smtp.closed();
});

test('when rules cannot be asked the sender is told to try again', async (t) => {
  const { listener } = await listenerFor(t, { admit: () => Promise.reject(new Error('the database is away')) });
  const smtp = await greeted(t, listener);
  await smtp.mailFrom('anna@klient.test');
  await smtp.rcptTo('biuro@firma.test', '451 4.3.0');
});

test('an address on a DNS list is refused with the list’s name; lists that refuse the question or are dead refuse nobody', async (t) => {
  const dns = await startDns(
    {
      '1.0.0.127.good.test': { a: ['127.0.0.4'] },
      '1.0.0.127.limit.test': { a: ['127.255.255.254'] },
      '1.0.0.127.one.test': { a: ['127.0.0.1'] },
      '1.0.0.127.wild.test': { a: ['203.0.113.1'] },
    },
    ['dead.test'],
  );
  t.teardown(() => dns.stop());
  const answerWith = async (dnsLists: string, expected: string, ownNetworks = ''): Promise<string> => {
    const options = { settings: { dnsLists, ownNetworks }, dns: createDns({ servers: [dns.server], timeLimitMs: 500 }) };
    const smtp = await greeted(t, (await listenerFor(t, options)).listener);
    await smtp.mailFrom('anna@klient.test');
    return smtp.rcptTo('biuro@firma.test', expected);
  };
  t.regex(await answerWith('none.test, good.test', '554 5.7.1'), /127\.0\.0\.1 is listed at good\.test/);
  await answerWith('none.test limit.test one.test wild.test dead.test', '250');
  await answerWith('good.test', '250', '127.0.0.1');
});

test('an address is asked for in reverse, IPv6 by nibbles', (t) => {
  t.is(reversed('192.0.2.99'), '99.2.0.192');
  t.is(reversed('2001:db8::a1'), `1.a.${'0.'.repeat(22)}8.b.d.0.1.0.0.2`);
  t.is(reversed('::1'), `1${'.0'.repeat(31)}`);
  t.is(reversed('rubbish'), null);
});

test('whoever is sent away at the door is counted with the reason', async (t) => {
  const { host, listener } = await listenerFor(t, {
    settings: { greylisting: true, maxConnectionsPerClient: '1' },
    server: { maxMessageBytes: '2000' },
    admit: async ({ sender }) =>
      sender.startsWith('evil') ? { verdict: 'denied', rule: 'x' } : { verdict: sender.startsWith('anna') ? 'allowed' : 'unlisted' },
    hasWaited: async () => false,
  });
  const smtp = await greeted(t, listener);
  await (await smtpSession(t, listener.port)).greeting('421 4.7.0');
  await smtp.mailFrom('evil@klient.test');
  await smtp.rcptTo('biuro@firma.test', '554 5.7.1');
  await smtp.say('RSET', '250 2.0.0');
  await smtp.mailFrom('jan@klient.test');
  await smtp.rcptTo('biuro@firma.test', '450 4.7.1');
  await smtp.rcptTo('nobody@firma.test', '550 5.1.1');
  await smtp.say('RSET', '250 2.0.0');
  await smtp.mailFrom('anna@klient.test');
  await smtp.rcptTo('biuro@firma.test');
  await smtp.data(`${MAIL}${'x'.repeat(70)}\r\n`.repeat(40), '552 5.3.4');
  smtp.write('NOOP\n');
  await smtp.reply('521 5.5.2');
  await smtp.closed();
  t.deepEqual(host.turnAways, ['limit', 'denied', 'greylisted', 'unknown_recipient', 'too_large', 'protocol']);
  t.deepEqual([host.kept.length, host.refusals.length], [0, 0]);
});
