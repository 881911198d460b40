import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type BackupRunner, createRunner } from '../../core/backups/runner.ts';
import { silentLog } from '../../core/lib/log.ts';
import { centralaCommand } from '../support/cli.ts';
import { databaseTarget } from '../support/db.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const HOUR_MS = 3_600_000;

/** Backups of a place whose server took the connection and never answers: restic waits for it. */
async function hanging(t: ExecutionContext, now: () => Date): Promise<{ runner: BackupRunner; restic: () => Promise<number> }> {
  const dir = tempDir(t);
  const [bin, pid] = [join(dir, 'bin'), join(dir, 'pid')];
  mkdirSync(bin);
  writeFileSync(join(bin, 'restic'), `#!/bin/sh\necho $$ > ${pid}.new && mv ${pid}.new ${pid}\nexec sleep 600\n`);
  chmodSync(join(bin, 'restic'), 0o755);
  const target = await databaseTarget(t, dir);
  t.is((await centralaCommand(dir, target)(['ledger'])).code, 0);
  const env = {
    PATH: `${bin}:${process.env['PATH']}`,
    CENTRALA_DATA_DIR: dir,
    ...(target.url ? { CENTRALA_DATABASE_URL: target.url } : {}),
  };
  const runner = createRunner({ env, log: silentLog, now, isBusy: () => false, onChange: () => {} });
  t.teardown(runner.stop);
  const restic = async (): Promise<number> => {
    await until('restic runs', async () => existsSync(pid));
    return Number(readFileSync(pid, 'utf8'));
  };
  return { runner, restic };
}

const isThere = (pid: number): boolean => existsSync(`/proc/${pid}`);

test('a stop in the middle of a backup ends restic too, whose lock would keep the next backup out', async (t) => {
  const { runner, restic } = await hanging(t, () => new Date());
  t.true(runner.begin('button'));
  const pid = await restic();
  await runner.stop();
  await until('restic is gone', async () => !isThere(pid), 5_000);
  t.is(runner.progress(), null);
});

test('a backup in which nothing moved for a day and a half makes way for the next one, and no other does', async (t) => {
  let hours = 0;
  const began = Date.now();
  const { runner, restic } = await hanging(t, () => new Date(began + hours * HOUR_MS));
  t.true(runner.begin('night'));
  const pid = await restic();
  hours = 24;
  t.false(runner.begin('night'));
  t.true(isThere(pid));
  hours = 37;
  t.false(runner.begin('night'), 'it has to end first');
  await until('restic is gone', async () => !isThere(pid), 5_000);
  await until('it is over', async () => runner.progress() === null);
  t.true(runner.begin('night'));
});
