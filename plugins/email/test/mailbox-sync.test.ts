import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { type MemoryHost, memoryHost } from '../../../test/support/channel-host.ts';
import { cuttingProxy } from '../../../test/support/cutting-proxy.ts';
import { DOVECOT_PASSWORD, type Dovecot, startDovecot } from '../../../test/support/dovecot.ts';
import { until } from '../../../test/support/until.ts';
import { accountAt, ACCOUNT_ID as ID, mail } from './account.ts';
import { outbound } from './messages.ts';

const ACCOUNTS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name) => `${name}@firma.test`);
let dovecot: Dovecot;
let used = 0;

test.before(async () => {
  dovecot = await startDovecot(ACCOUNTS);
});
test.after.always(() => dovecot.stop());

/** An account of its own. */
const accountFor = (t: ExecutionContext<unknown>, host?: MemoryHost) =>
  accountAt(t, { port: dovecot.port, login: ACCOUNTS[used++] ?? '', password: DOVECOT_PASSWORD }, host ? { host } : {});

test.serial('what was there is fetched as history, what comes is fetched at once, nothing is marked as seen', async (t) => {
  const { login, host, start, subjects } = accountFor(t);
  for (const subject of ['pierwszy', 'drugi']) dovecot.deliver(login, mail(subject));
  dovecot.deliver(login, mail('wysłany'), 'Sent');
  const { current, health } = await start();
  await current(3);
  t.like(health(), { state: 'current', fetched: 3, total: 3, failingSince: null });
  dovecot.deliver(login, mail('nowy'));
  await current(4);
  t.deepEqual(subjects(), ['pierwszy', 'drugi', 'wysłany', 'nowy']);
  t.deepEqual(
    host.kept.map(({ envelope }) => [envelope['folder'], envelope['role'], envelope['history'] ?? '']),
    [
      ['INBOX', 'inbox', 'yes'],
      ['INBOX', 'inbox', 'yes'],
      ['Sent', 'sent', 'yes'],
      ['INBOX', 'inbox', ''],
    ],
  );
  t.false(dovecot.files(login).some((name) => /,.*S/.test(name)));
});

test.serial(
  'every mail arrives once though connections break, the program starts anew and another one reads, moves and deletes',
  async (t) => {
    const { login, host, start, other, subjects } = accountFor(t);
    for (let n = 0; n < 300; n += 1) dovecot.deliver(login, mail(`stary ${n}`, 'x'.repeat(4000)));
    const proxy = await cuttingProxy(t, dovecot.port, 250_000);
    const first = await start({ imapPort: proxy.port });
    await until('the first are here', () => host.kept.length > 20);
    await first.accounts.stop();
    const { current } = await start({ imapPort: proxy.port });
    const client = await other();
    await client.mailboxOpen('INBOX');
    await client.messageFlagsAdd('1:*', ['\\Seen']);
    for (let n = 0; n < 100; n += 1) dovecot.deliver(login, mail(`nowy ${n}`, 'y'.repeat(4000)));
    await current(400);
    // What is here already may go there without being lost here, or coming twice.
    await client.mailboxOpen('INBOX');
    await client.messageFlagsAdd('1:*', ['\\Seen']);
    await client.messageMove('1:50', 'Sent');
    await client.messageDelete('1:50');
    await client.logout();
    dovecot.deliver(login, mail('ostatni'));
    await until('the last is here', () => subjects().includes('ostatni'));
    t.is(new Set(subjects()).size, 401);
    t.is(new Set(host.kept.map(({ envelope: { folder, uid } }) => `${folder} ${uid}`)).size, host.kept.length);
    t.true(proxy.cuts() > 5);
  },
);

test.serial('ten days of silence later all that came meanwhile is fetched, whatever its date and flags, and nothing again', async (t) => {
  const { login, start, host, other, subjects } = accountFor(t);
  dovecot.deliver(login, mail('przed'));
  const first = await start({ imapSince: new Date(Date.now() - 86_400_000).toISOString() });
  await first.current(1);
  await first.accounts.stop();
  const client = await other();
  for (let day = 10; day > 0; day -= 1)
    await client.append('INBOX', mail(`dzień ${day}`), ['\\Seen'], new Date(Date.now() - day * 86_400_000 + 3_600_000));
  await client.logout();
  const second = await start({ imapSince: new Date(Date.now() - 86_400_000).toISOString() });
  await second.current(11);
  t.is(host.kept.length, 11);
  t.deepEqual(
    subjects().slice(1),
    [10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((day) => `dzień ${day}`),
  );
});

test.serial('history ends where the administrator said, and goes on when he says more', async (t) => {
  const { start, host, other, subjects } = accountFor(t);
  const client = await other();
  for (const days of [400, 40, 4]) await client.append('INBOX', mail(`sprzed ${days} dni`), [], new Date(Date.now() - days * 86_400_000));
  await client.logout();
  const since = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  const month = await start({ imapSince: since(30) });
  await month.current(1);
  t.is(host.kept.length, 1);
  await month.accounts.stop();
  const all = await start();
  await all.current(3);
  t.deepEqual([...new Set(subjects())].sort(), ['sprzed 4 dni', 'sprzed 40 dni', 'sprzed 400 dni']);
});

test.serial('a server that numbers its messages anew makes none be missed', async (t) => {
  const { login, start, host, subjects } = accountFor(t);
  for (const subject of ['jeden', 'dwa']) dovecot.deliver(login, mail(subject));
  const first = await start();
  await first.current(2);
  await first.accounts.stop();
  // Numbers are made of the seconds of the clock.
  await wait(1100);
  dovecot.renumber(login);
  dovecot.deliver(login, mail('trzy'));
  const second = await start();
  await second.current(5);
  t.deepEqual([...new Set(subjects())].sort(), ['dwa', 'jeden', 'trzy']);
  t.is(new Set(host.kept.map(({ envelope }) => envelope['uidValidity'])).size, 2);
});

test.serial('a wrong password is shown and not tried again at once, a full disk leaves everything where it is', async (t) => {
  const { login, start, host } = accountFor(t);
  dovecot.deliver(login, mail('jeden'));
  const wrong = await start({ password: 'nie to' });
  await until('it fails', () => wrong.health()?.state === 'failing');
  t.like(wrong.health(), { problem: 'account_login', lastSuccessAt: null });
  await wrong.accounts.stop();
  const refusals = () => dovecot.log().split('auth failed').length - 1;
  await until('Dovecot has noted it', () => refusals() > 0);
  t.is(refusals(), 1);
  host.fill(true);
  const full = await start();
  await until('it waits for room', () => full.health()?.problem === 'account_no_room');
  t.is(host.kept.length, 0);
  await full.accounts.stop();
  host.fill(false);
  await (await start()).current(1);
});

test.serial('mail with no, a doubled or a senseless Message-ID is kept as it is, of one that is too large the head', async (t) => {
  const { login, start, host } = accountFor(t);
  const mails = [
    mail('bez'),
    mail('a', 'x', 'Message-ID: <1@klient.test>\r\n'),
    mail('b', 'y', 'Message-ID: <1@klient.test>\r\n'),
    mail('c', 'z', 'Message-ID: ąę <<>> @@ \0\r\n'),
  ];
  for (const one of mails) dovecot.deliver(login, one);
  dovecot.deliver(login, mail('za duży', 'x'.repeat(90_000)));
  const { current } = await start({}, 50_000);
  await current(5);
  for (const one of mails.slice(0, 3)) t.true(host.kept.some(({ body }) => body.equals(Buffer.from(one))));
  const large = host.kept.find(({ envelope }) => envelope['leftBytes'] !== undefined);
  t.regex(large?.body.toString() ?? '', /Subject: za duży/);
  t.true((large?.body.length ?? 0) < 500);
});

test.serial('history waits while what is kept is not read yet, what is new does not', async (t) => {
  let waiting = 5000;
  const { login, host, start, subjects } = accountFor(t, memoryHost({ backlog: async () => waiting }));
  for (let n = 0; n < 1200; n += 1) dovecot.deliver(login, mail(`stary ${n}`));
  const { current } = await start();
  await until('the first stretch is here', () => host.kept.length >= 500);
  dovecot.deliver(login, mail('nowy'));
  await until('the new one is here', () => subjects().includes('nowy'));
  t.is(host.kept.length, 501);
  waiting = 0;
  await current(1201);
});

test.serial(
  'a copy of what was sent is filed once, also when the account could not be reached for a while and the program began anew',
  async (t) => {
    const message = outbound({ messageId: 7 as never, externalId: 'odp@firma.test', inReplyTo: 'pyt@klient.test' });
    const { login, host, start } = accountFor(t, memoryHost({ sent: async () => message }));
    dovecot.deliver(login, mail('pytanie', 'x', 'Message-ID: <pyt@klient.test>\r\n'));
    const proxy = await cuttingProxy(t, dovecot.port, 0);
    const away = await start({ imapPort: proxy.port });
    const accepted = [{ deliveryId: 1 as never, outcome: { state: 'accepted' as const, reply: '250' } }];
    await away.accounts.sent(ID, message, accepted);
    await away.accounts.sent(ID, message, accepted);
    await away.accounts.stop();
    t.is(dovecot.files(login, 'Sent').length, 0);
    const back = await start();
    await until('it is filed', () => dovecot.files(login, 'Sent').length === 1);
    await until('it is marked', () => dovecot.files(login).some((name) => /,.*R/.test(name)));
    await back.accounts.sent(ID, message, accepted);
    await back.current(2);
    await until('nothing waits', async () => (await host.state.get('imap filing 1')) === null);
    t.is(dovecot.files(login, 'Sent').length, 1);
  },
);
