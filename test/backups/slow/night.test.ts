import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { openRepository } from '../../../core/backups/repository.ts';
import { restic, snapshots } from '../../../core/backups/restic.ts';
import { saveSchedule } from '../../../core/backups/schedule.ts';
import { finishBackup, insertBackup, listBackups } from '../../../core/backups/store.ts';
import { transact } from '../../../core/db/scope.ts';
import { scopeFor } from '../../support/db.ts';
import { madeBackup } from '../../support/made-backup.ts';
import { product } from '../../support/product.ts';
import { shiftedClock } from '../../support/shifted-clock.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const ZONE = 'Europe/Warsaw';
const KEEP = { daily: 2, weekly: 0, monthly: 2 };
/** The newest of each of the newest `count` periods. */
function newestOf(times: readonly Date[], count: number, period: (at: Date) => string): readonly Date[] {
  const newest = new Map<string, Date>();
  for (const at of times.toSorted((a, b) => a.getTime() - b.getTime())) newest.set(period(at), at);
  return [...newest.values()].slice(-count);
}

test('a backup begins by itself at its hour, and what the rules keep no longer is gone from the repository and the list', async (t) => {
  const server = await product(t);
  const base = await scopeFor(t, server.db);
  await saveSchedule(base, { isDaily: true, time: '02:30', timeZone: ZONE, keep: KEEP });
  const place = { dataDir: server.dir, dir: join(server.dir, 'backups'), key: null, path: process.env['PATH'] ?? '' };
  const repository = await openRepository(place);
  const content = tempDir(t);
  await writeFile(join(content, 'of-another-day'), 'x');

  // Noon of days of this month and of earlier ones, one day with two; and one that was never restored on trial.
  const noon = Temporal.Now.zonedDateTimeISO().startOfDay().add({ hours: 12 });
  const ago = (days: number): Date => new Date(noon.subtract({ days }).epochMilliseconds);
  const old = [ago(100), ago(40), ago(5), ago(2), ago(1), new Date(ago(1).getTime() + 60_000)];
  for (const at of [...old, ago(3)]) {
    const isGood = at.getTime() !== ago(3).getTime();
    const snapshot = await madeBackup(repository, content, at, ...(isGood ? ['verified'] : []));
    const state = isGood ? ('verified' as const) : ('kept' as const);
    await transact({ ...base, now: () => at }, async (tx) => finishBackup(tx, await insertBackup(tx, 'night'), { state, snapshot }));
  }
  const before = await snapshots(repository);
  t.is(before.length, 7);

  // Half a minute before half past two of the last night, as the company's clock shows it.
  const now = Temporal.Now.zonedDateTimeISO(ZONE);
  const night = now.withPlainTime('02:29:35');
  const lastNight = Temporal.ZonedDateTime.compare(night, now) <= 0 ? night : night.subtract({ days: 1 });
  const clock = shiftedClock(t, (lastNight.epochMilliseconds - now.epochMilliseconds) / 1000);
  await server.start(clock.under);
  const made = await until(
    'the backup of the night is over',
    async () => {
      const [newest] = await listBackups(base, 1);
      return newest && !before.some(({ shortId }) => shortId === newest.snapshot) && newest.state !== 'running' ? newest : null;
    },
    420_000,
  );
  await server.end('SIGTERM');
  t.like(made, { state: 'verified', trigger: 'night', problem: null });

  const left = await snapshots(repository);
  const newest = left.at(-1);
  if (newest === undefined) return t.fail('there is no backup');
  t.is(made.snapshot, newest.shortId);
  const all = [...old, newest.at];
  const day = (at: Date): string => at.toDateString();
  const month = (at: Date): string => `${at.getFullYear()}-${at.getMonth()}`;
  const kept = new Set([...newestOf(all, KEEP.daily, day), ...newestOf(all, KEEP.monthly, month)].map((at) => at.toISOString()));
  t.deepEqual(
    left.map(({ at }) => at.toISOString()),
    [...kept].sort(),
  );
  t.true(left.length < 5);
  t.deepEqual(
    (await listBackups(base, 50)).map(({ snapshot }) => snapshot).sort(),
    left.map(({ shortId }) => shortId).sort(),
    'the list has what the repository has',
  );
  await restic(repository, ['check']);
});
