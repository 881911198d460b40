import test from 'ava';
import { memoryHost } from '../../../test/support/channel-host.ts';
import { cuttingProxy } from '../../../test/support/cutting-proxy.ts';
import { DOVECOT_PASSWORD, startDovecot } from '../../../test/support/dovecot.ts';
import { until } from '../../../test/support/until.ts';
import { accountAt, ACCOUNT_ID as ID, mail } from './account.ts';
import { outbound } from './messages.ts';

const TWO_MESSAGES = 'quota\nplugin {\n  quota = maildir:User quota\n  quota_rule = *:messages=2\n}';

test('an account that takes no copy of what was sent says so until it has it, in the words of its server, and reads on', async (t) => {
  const login = 'biuro@firma.test';
  const dovecot = await startDovecot([login], { mail_plugins: TWO_MESSAGES });
  t.teardown(() => dovecot.stop());
  const clock = { now: new Date() };
  const message = outbound({ messageId: 7 as never, externalId: 'odp@firma.test' });
  const host = memoryHost({ sent: async () => message, now: () => clock.now });
  const { start, other } = accountAt(t, { port: dovecot.port, login, password: DOVECOT_PASSWORD }, { host });
  for (const subject of ['pytanie', 'drugie']) dovecot.deliver(login, mail(subject));
  const { accounts, current, health } = await start();
  await current(2);
  await accounts.sent(ID, message, [{ deliveryId: 1 as never, outcome: { state: 'accepted', reply: '250' } }]);
  await until('it is said', () => health()?.problem === 'account_filing');
  t.like(health(), { state: 'current', failingSince: null });
  t.regex(health()?.detail ?? '', /quota/i);
  dovecot.deliver(login, mail('trzecie'));
  await current(3);
  t.is(health()?.problem, 'account_filing');

  const client = await other();
  await client.mailboxOpen('INBOX');
  await client.messageDelete('1:*');
  await client.logout();
  clock.now = new Date(clock.now.getTime() + 11 * 60_000);
  dovecot.deliver(login, mail('czwarte'));
  await until('it is filed', () => dovecot.files(login, 'Sent').length === 1);
  await until('nothing is said any more', () => health()?.problem === null);
});

test('a folder that somebody renamed keeps an answer from being marked in no other, and nothing is said of its copy, which lies there', async (t) => {
  const login = 'biuro@firma.test';
  const dovecot = await startDovecot([login]);
  t.teardown(() => dovecot.stop());
  const message = outbound({ messageId: 7 as never, externalId: 'odp@firma.test', inReplyTo: 'pyt@klient.test' });
  const host = memoryHost({ sent: async () => message });
  const folders = [
    { path: 'INBOX', role: 'inbox' },
    { path: 'Sent', role: 'sent' },
    { path: 'Faktury żółte', role: 'other' },
    { path: 'Reklamacje', role: 'other' },
  ];
  const { start, other } = accountAt(t, { port: dovecot.port, login, password: DOVECOT_PASSWORD, folders }, { host });
  const client = await other();
  t.teardown(() => client.close());
  for (const path of ['Faktury żółte', 'Reklamacje']) await client.mailboxCreate(path);
  await client.append('Reklamacje', mail('pytanie', 'x', 'Message-ID: <pyt@klient.test>\r\n'));
  const { accounts, current, health } = await start();
  await current(1);
  await client.mailboxRename('Faktury żółte', 'Rachunki');
  await accounts.sent(ID, message, [{ deliveryId: 1 as never, outcome: { state: 'accepted', reply: '250' } }]);
  await until('it is filed and marked', async () => (await host.state.get('imap filing 1')) === null);
  t.is(dovecot.files(login, 'Sent').length, 1);
  t.regex(dovecot.files(login, 'Reklamacje').join(), /,.*R/);
  await current(2);
  t.not(health()?.problem, 'account_filing');
});

test('a server that hangs up at one copy gets the others, and the mail behind it is read as before', async (t) => {
  const login = 'biuro@firma.test';
  const dovecot = await startDovecot([login]);
  t.teardown(() => dovecot.stop());
  const proxy = await cuttingProxy(t, dovecot.port, Number.POSITIVE_INFINITY);
  // As Exchange does it with one that is too large for it.
  let large = 0;
  proxy.fail({ answers: (said) => (/ APPEND .*\{\d{6}\}/.test(said) && ++large ? '* BYE Connection is closed. 13\r\n' : null) });
  const clock = { now: new Date() };
  const sent = (id: number) =>
    outbound({ messageId: id as never, externalId: `odp${id}@firma.test`, text: 'x\n'.repeat(id === 7 ? 90_000 : 9) });
  const host = memoryHost({ sent: async (id) => sent(id), now: () => clock.now });
  const { start } = accountAt(t, { port: proxy.port, login, password: DOVECOT_PASSWORD }, { host, patience: () => 5 });
  const { accounts, current, health } = await start();
  await current(0);
  for (const id of [7, 8]) await accounts.sent(ID, sent(id), [{ deliveryId: 1 as never, outcome: { state: 'accepted', reply: '250' } }]);
  await until('the other one is filed', () => dovecot.files(login, 'Sent').length === 1);
  dovecot.deliver(login, mail('pytanie'));
  await current(2);
  t.like(health(), { failingSince: null, problem: 'account_filing', detail: 'Connection is closed. 13' });
  const before = large;
  t.true(before <= 2, `${before} times`);
  clock.now = new Date(clock.now.getTime() + 8 * 24 * 3_600_000);
  dovecot.deliver(login, mail('po tygodniu'));
  await until('it is given up', async () => (await host.state.get('imap filing 1')) === null);
  t.is(large, before + 1);
});
