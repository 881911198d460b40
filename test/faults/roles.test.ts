import test from 'ava';
import { connect } from '../../core/db/connect.ts';
import { databaseTarget } from '../support/db.ts';
import { figures, isWhole, receivedAll, scaled } from '../support/faults.ts';
import { type Product, product } from '../support/product.ts';
import { BIURO, stubbornSenders } from '../support/stubborn-senders.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const MAILS = scaled(300, 20_000);
const ROLES = isWhole
  ? ['smtp', 'smtp', 'smtp', 'jobs', 'jobs', 'jobs', 'web', 'web', 'web', 'imap', 'imap', 'imap']
  : ['smtp,jobs', 'smtp,jobs'];
/** One dies, is away for a moment as if a supervisor had to notice, and comes back. */
const AWAY_MS = 1_000;

test('However often one of several processes is killed while mail comes in, each mail is there exactly once and none waits long', async (t) => {
  t.timeout(scaled(240_000, 7_200_000));
  const dir = tempDir(t);
  const target = await databaseTarget(t, dir);
  if (target.url === null) return t.pass('a SQLite file belongs to one process');
  const db = connect(target);
  t.teardown(() => db.destroy());
  const started = Date.now();
  const shared = { CENTRALA_DATA_DIR: dir, CENTRALA_DATABASE_URL: target.url };
  const all: Product[] = [];
  for (const CENTRALA_ROLES of ROLES) all.push(await product(t, { ...shared, CENTRALA_ROLES }));
  const [one] = all;
  if (!one) throw new Error('no process');
  await one.centrala('inbox', 'create', '--name', 'Biuro', '--address', BIURO);
  await one.start();
  await Promise.all(all.slice(1).map((each) => each.start()));
  const ports = all.filter((_, at) => ROLES[at]?.startsWith('smtp')).map(({ smtpPort }) => smtpPort);
  const senders = stubbornSenders(t, ports, MAILS);
  const gaps = watchGaps(
    () => senders.kept(),
    async () => Number((await db('messages').count({ n: '*' }))[0]?.['n']),
  );
  let kills = 0;
  const small = Math.round(MAILS / 3);
  for (let at = 0; senders.kept() < MAILS && (isWhole || kills < 2); at = (at + 1) % all.length) {
    if (!isWhole) await until('more is kept', () => senders.kept() >= small * (kills + 1) || senders.kept() === MAILS);
    const dying = all[at];
    await dying?.end('SIGKILL');
    kills += 1;
    await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
    await dying?.start();
    if (isWhole) await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
  await senders.done;
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
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  figures(t, 'roles', {
    processes: ROLES.length,
    mails: MAILS,
    kills,
    lost: 0,
    twice: 0,
    'repeated by senders': ledger.duplicate,
    'longest without a 250 (s)': seconds(longest.kept),
    'longest without a new message (s)': seconds(longest.received),
    seconds: Math.round((Date.now() - started) / 1000),
  });
});

/** How long nothing more was kept, and nothing more received while something waited. */
function watchGaps(kept: () => number, received: () => Promise<number>) {
  const longest = { kept: 0, received: 0 };
  const last = { kept: [0, Date.now()], received: [0, Date.now()] } as Record<'kept' | 'received', [count: number, atMs: number]>;
  let isOver = false;
  const note = (what: 'kept' | 'received', count: number, isDone: boolean): void => {
    const nowMs = Date.now();
    if (!isDone && count === last[what][0]) longest[what] = Math.max(longest[what], nowMs - last[what][1]);
    else last[what] = [count, nowMs];
  };
  const look = async (): Promise<void> => {
    while (!isOver) {
      const [in_, out] = [kept(), await received()];
      note('kept', in_, in_ === MAILS);
      note('received', out, out >= in_);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const looking = look();
  return {
    end: async () => {
      isOver = true;
      await looking;
      return longest;
    },
  };
}
