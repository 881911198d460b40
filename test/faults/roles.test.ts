import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { connect } from '../../core/db/connect.ts';
import { startPeer } from '../../plugins/email/test/smtp-peer.ts';
import { databaseTarget } from '../support/db.ts';
import { startDovecot } from '../support/dovecot.ts';
import { figures, isWhole, receivedAll, scaled } from '../support/faults.ts';
import { watchGaps } from '../support/gaps.ts';
import { loggedInClient } from '../support/http-client.ts';
import { liveWatcher } from '../support/live-watcher.ts';
import { accountForm, choosePlaces, tryMailbox, whenTried } from '../support/mailboxes.ts';
import { ADMIN, type Product, product } from '../support/product.ts';
import { BIURO, stubbornSenders } from '../support/stubborn-senders.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

/** For a first try: other numbers than the whole ones, of mails and of processes for each role. */
const MAILS = scaled(300, Number(process.env['FAULTS_MAILS'] ?? 20_000));
/** A tenth of them lie in mailboxes elsewhere. */
const FETCHED = isWhole ? Math.round(MAILS / 10) : 0;
const SENT = MAILS - FETCHED;
const ACCOUNTS = ['anna@obca.test', 'jan@obca.test', 'ewa@obca.test'];
const EACH = Number(process.env['FAULTS_EACH'] ?? 3);
const ROLES = isWhole
  ? ['web', 'smtp', 'jobs', 'imap'].flatMap((role) => Array.from({ length: EACH }, () => role))
  : ['smtp,jobs', 'smtp,jobs'];
/** One dies, is away for a moment as if a supervisor had to notice, and comes back. */
const AWAY_MS = 1_000;
const NEXT_MS = 4_000;

test('However often one of several processes is killed while mail comes in, each mail is there exactly once and none waits long', async (t) => {
  t.timeout(scaled(240_000, 7_200_000));
  const dir = tempDir(t);
  const target = await databaseTarget(t, dir);
  if (target.url === null) return t.pass('a SQLite file belongs to one process');
  const db = connect(target);
  t.teardown(() => db.destroy());
  const shared = { CENTRALA_DATA_DIR: dir, CENTRALA_DATABASE_URL: target.url, ...(isWhole ? ADMIN : {}) };
  const all: Product[] = [];
  for (const CENTRALA_ROLES of ROLES) all.push(await product(t, { ...shared, CENTRALA_ROLES }));
  const [one] = all;
  if (!one) throw new Error('no process');
  await one.centrala('inbox', 'create', '--name', 'Biuro', '--address', BIURO);
  for (const each of all) await each.start();
  const of = (role: string): readonly Product[] => all.filter((_, at) => ROLES[at]?.startsWith(role));
  const mailboxes = isWhole ? await connectMailboxes(t, of('web')) : null;
  const started = Date.now();
  const senders = stubbornSenders(
    t,
    of('smtp').map(({ smtpPort }) => smtpPort),
    SENT,
  );
  const delivered = (): number => mailboxes?.deliverUpTo(Math.floor((senders.kept() / SENT) * FETCHED)) ?? 0;
  const office: { id: number } = await db('inboxes').where({ address: BIURO }).first('id');
  let [heard, told] = [0, 0];
  const gaps = watchGaps(async () => {
    const [row] = await db('messages').count({ n: '*' });
    const [kept] = await db('raw_inbound').whereNot({ inbox_id: office.id }).count({ n: '*' });
    const [n, fetched, now] = [Number(row?.['n']), Number(kept?.['n']), mailboxes?.live.heard() ?? 0];
    if (now !== heard) [heard, told] = [now, n];
    return {
      kept: { count: senders.kept(), waits: senders.kept() < SENT },
      received: { count: n, waits: n < senders.kept() + fetched },
      // Until it is entered: it then waits its turn among the others.
      fetched: { count: fetched, waits: fetched < delivered() },
      // Whoever looks at a list has to hear that there is something new.
      live: { count: heard, waits: mailboxes !== null && n > told },
    };
  });
  const kills = await killing(all, senders.kept);
  await senders.done;
  delivered();
  await receivedAll({ ...one, db }, MAILS);
  const longest = await gaps.end();
  const ids: string[] = await db('messages').pluck('external_id');
  t.deepEqual([ids.length, new Set(ids).size], [MAILS, MAILS]);
  const ledger = await until('nothing kept waits', async () => {
    const counts = JSON.parse(await one.centrala('ledger', '--json'));
    return counts.waiting === 0 ? counts : null;
  });
  t.like(ledger, { received: MAILS, failed: 0, waiting: 0 });
  t.is(JSON.parse(await one.centrala('ledger', 'verify', '--json')).wrong, 0);
  const { rows: size } = await db.raw('select pg_database_size(current_database()) as bytes');
  const seconds = (ms = 0): string => (ms / 1000).toFixed(1);
  figures(t, 'roles', {
    processes: ROLES.length,
    mails: MAILS,
    'of them by IMAP': FETCHED,
    kills,
    lost: 0,
    twice: 0,
    'repeated by senders': ledger.duplicate,
    'longest without a 250 (s)': seconds(longest.kept),
    'longest without a new message (s)': seconds(longest.received),
    'longest without one of a mailbox (s)': seconds(longest.fetched),
    'longest without a live update (s)': seconds(longest.live),
    'live streams lost': mailboxes?.live.lost() ?? 0,
    'database (KB a mail)': (Number(size[0].bytes) / 1024 / MAILS).toFixed(1),
    seconds: Math.round((Date.now() - started) / 1000),
  });
});

/** One every few seconds until everything is kept, however many are on their way back; twice where it has to be short. Answers how often. */
async function killing(all: readonly Product[], kept: () => number): Promise<number> {
  let kills = 0;
  const small = Math.round(SENT / 3);
  // Not all of a role in a row.
  const order = isWhole ? Array.from({ length: 4 * EACH }, (_, n) => (n % 4) * EACH + Math.floor(n / 4)) : [0, 1];
  const isAway = new Set<Product>();
  const returns: Promise<void>[] = [];
  const kill = async (dying: Product): Promise<void> => {
    isAway.add(dying);
    await dying.end('SIGKILL');
    await wait(AWAY_MS);
    await dying.start();
    isAway.delete(dying);
  };
  for (let next = 0; kept() < SENT && (isWhole || kills < 2); next += 1) {
    if (!isWhole) await until('more is kept', () => kept() >= small * (kills + 1) || kept() === SENT);
    const dying = all[order[next % order.length] ?? 0];
    // One that is not back yet cannot be killed again; the next one is.
    if (!dying || isAway.has(dying)) {
      await wait(100);
      continue;
    }
    kills += 1;
    const back = kill(dying);
    returns.push(back);
    await (isWhole ? wait(NEXT_MS) : back);
  }
  await Promise.all(returns);
  return kills;
}

/** Three accounts at a real IMAP server, connected in the browser, and somebody who looks at the lists meanwhile. */
async function connectMailboxes(t: ExecutionContext<unknown>, webs: readonly Product[]) {
  const [dovecot, peer] = [await startDovecot(ACCOUNTS), await startPeer()];
  t.teardown(dovecot.stop);
  t.teardown(peer.stop);
  const bases = webs.map(({ httpPort }) => `http://127.0.0.1:${httpPort}`);
  const admin = await loggedInClient(bases[0] ?? '', { email: ADMIN.CENTRALA_ADMIN_EMAIL, password: ADMIN.CENTRALA_ADMIN_PASSWORD });
  for (const account of ACCOUNTS) {
    const trial = await tryMailbox(
      admin,
      accountForm({ dovecot, peer }, account, { imapPort: String(dovecot.port), imapSecurity: 'none' }),
    );
    await whenTried(admin, trial);
    await choosePlaces(admin, trial, ['INBOX', 'Sent'], { extent: 'all' });
  }
  let delivered = 0;
  return {
    live: liveWatcher(t, bases, admin),
    deliverUpTo: (count: number): number => {
      for (; delivered < count; delivered += 1) {
        const account = ACCOUNTS[delivered % ACCOUNTS.length] ?? '';
        const head = `From: Klient <klient${delivered % 50}@klient.test>\r\nTo: ${account}\r\nSubject: Pobrana ${delivered}\r\n`;
        dovecot.deliver(account, `${head}Message-ID: <fetched-${delivered}@klient.test>\r\n\r\n${'Dzień dobry. '.repeat(20)}\r\n`);
      }
      return delivered;
    },
  };
}
