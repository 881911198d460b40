import test, { type ExecutionContext } from 'ava';
import { cuttingProxy } from '../../../test/support/cutting-proxy.ts';
import { DOVECOT_PASSWORD, type Dovecot, startDovecot } from '../../../test/support/dovecot.ts';
import { until } from '../../../test/support/until.ts';
import { accountAt, mail } from './account.ts';

const ACCOUNTS = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}@firma.test`);
let dovecot: Dovecot;
let used = 0;

test.before(async () => {
  dovecot = await startDovecot(ACCOUNTS);
});
test.after.always(() => dovecot.stop());

const accountFor = (t: ExecutionContext<unknown>, folders?: Parameters<typeof accountAt>[1]['folders']) =>
  accountAt(t, { port: dovecot.port, login: ACCOUNTS[used++] ?? '', password: DOVECOT_PASSWORD, ...(folders && { folders }) });

test.serial('a time of arrival that is none stops no account', async (t) => {
  const { login, host, start, subjects } = accountFor(t);
  const proxy = await cuttingProxy(t, dovecot.port, Number.POSITIVE_INFINITY);
  proxy.fail({ alters: (said) => said.replace(/INTERNALDATE "[^"]*"/g, 'INTERNALDATE "00-Jan-1900 00:00:00 +0000"') });
  for (const subject of ['stary 1', 'stary 2', 'stary 3']) dovecot.deliver(login, mail(subject));
  const { current, health } = await start({ imapPort: proxy.port });
  await current(3);
  dovecot.deliver(login, mail('nowy'));
  await current(4);
  t.deepEqual(subjects().sort(), ['nowy', 'stary 1', 'stary 2', 'stary 3']);
  t.is(health()?.failingSince, null);
  for (const { envelope } of host.kept) t.true(Math.abs(Date.parse(envelope['arrivedAt'] ?? '') - Date.now()) < 600_000);
});

test.serial('a server that came back from its backup gives numbers a second time, and what has them is fetched', async (t) => {
  const { login, start, subjects } = accountFor(t);
  for (const subject of ['jeden', 'dwa']) dovecot.deliver(login, mail(subject));
  const first = await start();
  await first.current(2);
  await first.accounts.stop();
  const putBack = dovecot.backUp(login);
  for (const subject of ['trzy', 'cztery', 'pięć']) dovecot.deliver(login, mail(subject));
  const second = await start();
  await second.current(5);
  await second.accounts.stop();
  putBack();
  for (const subject of ['sześć', 'siedem']) dovecot.deliver(login, mail(subject));
  const third = await start();
  await until('what came after the backup is here', () => subjects().includes('siedem'));
  t.true(subjects().includes('sześć'));
  await third.accounts.stop();
});

test.serial('a chosen folder that was deleted and stands there only for the folders below it stops none of the others', async (t) => {
  const roles = { INBOX: 'inbox', Projekty: 'other', Reklamacje: 'other' };
  const { login, start, other, subjects } = accountFor(
    t,
    Object.entries(roles).map(([path, role]) => ({ path, role })),
  );
  const client = await other();
  t.teardown(() => client.close());
  for (const path of ['Projekty', 'Projekty/Most', 'Reklamacje']) await client.mailboxCreate(path);
  const first = await start();
  await until('it is read', () => first.health()?.state === 'current');
  await first.accounts.stop();
  await client.mailboxDelete('Projekty');
  t.true((await client.list()).some(({ path }) => path === 'Projekty'));
  const { current, health } = await start();
  await until('the others are read', () => health()?.state === 'current');
  t.like(health(), { failingSince: null, problem: 'account_folder_missing', detail: 'Projekty' });
  dovecot.deliver(login, mail('pytanie'));
  dovecot.deliver(login, mail('skarga'), 'Reklamacje');
  await current(2);
  t.deepEqual(subjects().sort(), ['pytanie', 'skarga']);
});

test.serial('an inbox that is given another account reads all of it, though its server numbers every account alike', async (t) => {
  const { host, start, subjects } = accountFor(t);
  const other = ACCOUNTS[used++] ?? '';
  const proxy = await cuttingProxy(t, dovecot.port, Number.POSITIVE_INFINITY);
  // As Gmail and Zimbra do it.
  proxy.fail({ alters: (said) => said.replace(/UIDVALIDITY \d+/g, 'UIDVALIDITY 1') });
  dovecot.deliver(ACCOUNTS[used - 2] ?? '', mail('dawne konto'));
  for (const subject of ['jeden', 'dwa', 'trzy']) dovecot.deliver(other, mail(subject));
  const first = await start({ imapPort: proxy.port });
  await first.current(1);
  await first.accounts.stop();
  const { accounts, current } = await start({ imapPort: proxy.port, login: other });
  await current(2);
  t.deepEqual(subjects().sort(), ['dawne konto', 'dwa', 'jeden', 'trzy']);
  await accounts.stop();
  const again = await start({ imapPort: proxy.port, login: other });
  dovecot.deliver(other, mail('nowy'));
  await again.current(5);
  t.is(host.kept.length, 5);
});
