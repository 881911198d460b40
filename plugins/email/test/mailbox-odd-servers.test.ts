import test, { type ExecutionContext } from 'ava';
import { cuttingProxy } from '../../../test/support/cutting-proxy.ts';
import { DOVECOT_PASSWORD, type Dovecot, startDovecot } from '../../../test/support/dovecot.ts';
import { until } from '../../../test/support/until.ts';
import { accountAt, mail } from './account.ts';

const ACCOUNTS = ['a', 'b', 'c'].map((name) => `${name}@firma.test`);
let dovecot: Dovecot;
let used = 0;

test.before(async () => {
  dovecot = await startDovecot(ACCOUNTS);
});
test.after.always(() => dovecot.stop());

const accountFor = (t: ExecutionContext<unknown>) =>
  accountAt(t, { port: dovecot.port, login: ACCOUNTS[used++] ?? '', password: DOVECOT_PASSWORD });

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
