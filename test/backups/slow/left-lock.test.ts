import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { centralaCommand } from '../../support/cli.ts';
import { databaseUrl, newMachine } from '../../support/machines.ts';
import { officeFor } from '../../support/office.ts';
import { until } from '../../support/until.ts';

/** Those that are complete. */
const locks = (dir: string): readonly string[] => readdirSync(join(dir, 'locks')).filter((name) => /^[0-9a-f]{64}$/.test(name));

/** As a machine that loses its power while it checks what it stored: restic's lock stays, and shuts everybody out. */
async function leaveLock(dir: string, password: string): Promise<void> {
  for (let tries = 0; tries < 30 && locks(dir).length === 0; tries += 1) {
    const env = { PATH: process.env['PATH'] ?? '', RESTIC_REPOSITORY: dir, RESTIC_PASSWORD: password, GOMAXPROCS: '1' };
    const child = spawn('restic', ['check', '--read-data', '--no-cache'], { env, stdio: 'ignore' });
    const gone = once(child, 'exit');
    while (child.exitCode === null && locks(dir).length === 0) await wait(1);
    child.kill('SIGKILL');
    await gone;
  }
}

test('a machine that died while it looked after its backups keeps no other one from restoring them and going on with them', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Ważne' });
  await until('it is a conversation', async () => (await office.scope.db('conversations')).length === 1);
  const backups = join(office.dataDir, 'backups');
  const here = centralaCommand(office.dataDir, { url: databaseUrl(office), file: '' });
  t.is((await here(['backup'])).code, 0);
  const key = join(office.dataDir, 'backup.key');
  await leaveLock(backups, (await readFile(key, 'utf8')).trim());
  t.is(locks(backups).length, 1);

  const machine = await newMachine(t, backups);
  const restored = await machine.cli(['restore', 'latest', '--key-file', key]);
  t.is(restored.code, 0, restored.err);
  const next = await machine.cli(['backup']);
  t.is(next.code, 0, next.out);
  t.is(locks(backups).length, 0);
});
