import { execFileSync } from 'node:child_process';
import { existsSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { centralaCommand } from '../support/cli.ts';
import { databaseTarget } from '../support/db.ts';
import { tempDir } from '../support/temp-dir.ts';

test('a support bundle that finds no room leaves no file, says why, and is written once there is room', async (t) => {
  if (process.getuid?.() !== 0) throw new Error('Only root can mount the small disk of this test.');
  const [dataDir, disk] = [tempDir(t), tempDir(t)];
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
  t.teardown(() => void execFileSync('umount', ['-l', disk]));
  const { bavail, bsize } = statfsSync(disk);
  const filler = join(disk, 'filler');
  writeFileSync(filler, Buffer.alloc(bavail * bsize));
  const cli = centralaCommand(dataDir, await databaseTarget(t, dataDir));
  const file = join(disk, 'bundle.json');
  const full = await cli(['support-bundle', file]);
  t.is(full.code, 1);
  t.regex(full.err, /ENOSPC.*\n {2}There is no room left/);
  t.false(existsSync(file));
  writeFileSync(filler, '');
  t.is((await cli(['support-bundle', file])).code, 0);
  t.true(existsSync(file));
});
