import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { memoryHost } from '../../../../test/support/channel-host.ts';
import { type CuttingProxy, cuttingProxy, type Fault } from '../../../../test/support/cutting-proxy.ts';
import { DOVECOT_PASSWORD, type Dovecot, startDovecot } from '../../../../test/support/dovecot.ts';
import { until } from '../../../../test/support/until.ts';
import { pauseAfter } from '../../mailbox/patience.ts';
import { accountAt, mail } from '../account.ts';

const MAILS = 60;
const ACCOUNTS = Array.from({ length: 14 }, (_, n) => `konto${n}@firma.test`);
const POLISH: { problems: Record<string, string> } = JSON.parse(readFileSync(new URL('../../locales/pl.json', import.meta.url), 'utf8'));
let dovecot: Dovecot;
let used = 0;

test.before(async () => {
  dovecot = await startDovecot(ACCOUNTS);
});
test.after.always(() => dovecot.stop());

/** An account behind a proxy, whose pauses last a thousandth of what they should; `pauses` are the true ones in ms. */
async function behind(t: ExecutionContext<unknown>, target = dovecot.port, mails = MAILS) {
  const login = ACCOUNTS[used++] ?? '';
  for (let n = 0; n < mails; n += 1) dovecot.deliver(login, mail(`stary ${n}`, 'x'.repeat(4000)));
  const proxy = await cuttingProxy(t, target, Infinity);
  const pauses: number[] = [];
  const patience: typeof pauseAfter = (...failure) => {
    pauses.push(pauseAfter(...failure));
    return (pauses.at(-1) ?? 0) / 1000;
  };
  const account = accountAt(t, { port: proxy.port, login, password: DOVECOT_PASSWORD }, { patience });
  // Of one connection it can be counted how often it is made.
  const start: typeof account.start = (change = {}, ...rest) => account.start({ imapConnections: '1', ...change }, ...rest);
  return { proxy, pauses, ...account, start };
}

/** All that is there is here, each once, and nobody connected without having waited after the failure before. */
async function allOnce(
  t: ExecutionContext<unknown>,
  { proxy, pauses, host, subjects }: { proxy: CuttingProxy; pauses: number[] } & Pick<ReturnType<typeof accountAt>, 'host' | 'subjects'>,
  current: (count: number) => Promise<unknown>,
  mails = MAILS,
): Promise<void> {
  await current(mails);
  t.is(host.kept.length, mails);
  t.is(new Set(subjects()).size, mails);
  t.true(proxy.connections() <= pauses.length + 1, `${proxy.connections()} connections, ${pauses.length} pauses`);
}

const tagOf = (command: string): string => command.slice(0, command.indexOf(' '));
const refuses = (what: RegExp, reply: string) => (command: string) => (what.test(command) ? `${tagOf(command)} ${reply}\r\n` : null);

const FAULTS: Readonly<Record<string, { fault: Fault; problem: string; firstPauseMs: number }>> = {
  'cuts every connection in the middle of a message': {
    fault: { cutAfter: /BODY\[\] \{\d+\}\r\n/ },
    problem: 'account_cut',
    firstPauseMs: 180,
  },
  'says goodbye at the door': {
    fault: { says: '* BYE Server is going down for maintenance\r\n' },
    problem: 'account_unavailable',
    firstPauseMs: 3700,
  },
  'says that it cannot be used now': {
    fault: { answers: refuses(/ EXAMINE | SELECT /, 'NO [UNAVAILABLE] Temporary failure') },
    problem: 'account_unavailable',
    firstPauseMs: 3700,
  },
  'says that too much was fetched': {
    fault: { answers: refuses(/ UID FETCH /, 'NO [OVERQUOTA] Account exceeded command or bandwidth limits') },
    problem: 'account_limit',
    firstPauseMs: 22_000,
  },
  'has too many connections, as Gmail says it': {
    fault: { answers: refuses(/ (?:LOGIN|AUTHENTICATE) /, 'NO [ALERT] Too many simultaneous connections. (Failure)') },
    problem: 'account_limit',
    firstPauseMs: 22_000,
  },
};

for (const [what, { fault, problem, firstPauseMs }] of Object.entries(FAULTS))
  test(`a server that ${what} is left in peace, its trouble is named, and then everything arrives once`, async (t) => {
    const account = await behind(t);
    const { proxy, pauses, start } = account;
    proxy.fail(fault);
    const { health, current } = await start();
    await until('it fails', () => health()?.state === 'failing' && pauses.length >= 6);
    t.is(health()?.problem, problem);
    t.regex(POLISH.problems[problem] ?? '', /^[A-ZŁŚŻ].{20,}\.$/);
    t.true((pauses[0] ?? 0) >= firstPauseMs, `${pauses[0]}`);
    t.true((pauses[5] ?? 0) > 8 * firstPauseMs, `${pauses}`);
    proxy.fail({});
    await allOnce(t, account, current);
    t.like(health(), { problem: null, failingSince: null });
  });

test('a slow way only takes longer', async (t) => {
  const account = await behind(t);
  account.proxy.fail({ delayMs: 40 });
  const { current } = await account.start();
  await allOnce(t, account, current);
  t.deepEqual(account.pauses, []);
});

test('connections by TLS that break midway, again and again, lose and double nothing', async (t) => {
  const account = await behind(t, dovecot.tlsPort, 200);
  account.proxy.lastFor(120_000);
  const { current } = await account.start({ imapSecurity: 'tls' });
  await allOnce(t, account, current, 200);
  t.true(account.proxy.cuts() > 5);
});

test('a certificate that nobody known vouches for gets no password, and the account is read once it is mended', async (t) => {
  const account = await behind(t, dovecot.tlsPort);
  // Reaches this machine by a name under which certificates are looked at.
  const wrong = await account.start({ imapHost: '::ffff:127.0.0.1', imapSecurity: 'tls' });
  await until('it fails', () => account.pauses.length >= 3);
  t.like(wrong.health(), { state: 'failing', problem: 'account_certificate_unknown' });
  t.true((account.pauses[0] ?? 0) >= 45_000);
  t.false(dovecot.log().includes(account.login));
  await wrong.accounts.stop();
  const { current } = await account.start({ imapSecurity: 'tls' });
  await allOnce(t, account, current);
});

test('a server that takes connections and never says a word is given up after 15 seconds each time', async (t) => {
  const account = await behind(t);
  account.proxy.fail({ isSilent: true });
  const began = Date.now();
  const { current, health } = await account.start();
  await until('it was given up', () => account.pauses.length > 0, 90_000);
  t.true(Date.now() - began >= 14_000);
  t.is(health()?.problem, 'account_timeout');
  account.proxy.fail({});
  await allOnce(t, account, current);
});

test('ten days without the server cost a connection every few minutes, and then all that came meanwhile arrives', async (t) => {
  const days = 10 * 86_400_000;
  let clock = Date.parse('2026-11-01T09:00:00Z');
  const host = memoryHost({ now: () => new Date(clock) });
  const login = ACCOUNTS[used++] ?? '';
  const proxy = await cuttingProxy(t, dovecot.port, Infinity);
  let failures = 0;
  const patience: typeof pauseAfter = (...failure) => {
    failures += 1;
    clock += pauseAfter(...failure);
    return 0;
  };
  const account = accountAt(t, { port: proxy.port, login, password: DOVECOT_PASSWORD }, { host, patience });
  dovecot.deliver(login, mail('przed'));
  const { current, health } = await account.start({ imapConnections: '1' });
  await current(1);
  const before = proxy.connections();
  const began = clock;
  proxy.fail({ says: '' });
  await until('ten days are over', () => clock - began >= days, 240_000);
  t.is(health()?.state, 'failing');
  t.true((health()?.failingSince?.getTime() ?? 0) < began + 60_000);
  for (let n = 0; n < MAILS; n += 1) dovecot.deliver(login, mail(`w tym czasie ${n}`));
  proxy.fail({});
  await current(MAILS + 1);
  t.is(new Set(account.subjects()).size, MAILS + 1);
  t.is(host.kept.length, MAILS + 1);
  // Each five minutes, a quarter more or less by chance: 12 an hour, 16 at most.
  t.log({ failures });
  t.true(failures < 10 * 24 * 16, `${failures}`);
  t.true(proxy.connections() - before <= failures + 1);
});
