import test from 'ava';
import { finishBackup, insertBackup } from '../../core/backups/store.ts';
import { watchBackups } from '../../core/boot/backup-alarm.ts';
import { transact } from '../../core/db/scope.ts';
import { silentLog } from '../../core/lib/log.ts';
import { databaseTarget, scopeFor } from '../support/db.ts';
import { ADMIN, product } from '../support/product.ts';
import { tempDir } from '../support/temp-dir.ts';

test('what is wrong with the backups stands above the pages of every process as long as it is so, and one tells it by mail', async (t) => {
  const scope = await scopeFor(t);
  const minutely: (() => Promise<void>)[] = [];
  const told: string[] = [];
  const stopped = { stop: async () => {} };
  const process = (name: string, hasClock: boolean) => {
    const run = (isOurs: boolean) => (_when: string, _name: string, task: (signal: AbortSignal) => Promise<void>) => {
      if (isOurs) minutely.push(() => task(AbortSignal.timeout(5000)));
      return stopped;
    };
    const schedule = { ...stopped, every: run(hasClock), everywhere: run(true) };
    const peers = { holds: () => hasClock } as unknown as Parameters<typeof watchBackups>[0]['peers'];
    return watchBackups(
      { scope, schedule, peers, log: silentLog },
      { state: () => null },
      async ({ kind }) => void told.push(`${name} ${kind}`),
    );
  };
  const both = [process('first', true), process('second', false)];
  const made = (result: Parameters<typeof finishBackup>[2]) =>
    transact(scope, async (tx) => finishBackup(tx, await insertBackup(tx, 'night'), result));
  const minute = async () => {
    for (const task of minutely) await task();
    return both.map((one) => one.alarm()?.kind ?? null);
  };
  t.deepEqual(await minute(), [null, null]);
  await made({ state: 'failed', problem: 'interrupted' });
  t.deepEqual(await minute(), ['failed', 'failed']);
  const again = await transact(scope, (tx) => insertBackup(tx, 'night'));
  t.deepEqual(await minute(), ['failed', 'failed'], 'one that is under way is no good one yet');
  await transact(scope, (tx) => finishBackup(tx, again, { state: 'failed', problem: 'no_room' }));
  await minute();
  t.deepEqual(told, ['first failed'], 'and is told once');
  await made({ state: 'verified', snapshot: 'aaaaaaaa' });
  t.deepEqual(await minute(), [null, null]);
  t.deepEqual(told, ['first failed']);
  await made({ state: 'failed', problem: 'interrupted' });
  await minute();
  both.push(process('restarted', true));
  await minute();
  t.deepEqual(told, ['first failed', 'first failed'], 'who starts meanwhile does not tell it again');
});

test('of several processes that start one tells that there is no good backup', async (t) => {
  const target = await databaseTarget(t);
  if (target.url === null) return t.pass('a SQLite file belongs to one process');
  const shared = { ...ADMIN, CENTRALA_ROLES: 'web', CENTRALA_DATA_DIR: tempDir(t), CENTRALA_DATABASE_URL: target.url };
  const both = [await product(t, shared), await product(t, shared)];
  await both[0]?.db('backups').insert({ trigger: 'night', state: 'failed', problem: 'interrupted', started_at: new Date().toISOString() });
  for (const one of both) await one.start();
  t.deepEqual(
    both.map(({ output }) => output().includes('no_good_backup')),
    [true, false],
  );
});
