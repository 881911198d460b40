import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { existingRepository } from '../../../core/backups/repository.ts';
import { restic } from '../../../core/backups/restic.ts';
import { centralaCommand } from '../../support/cli.ts';
import { databaseTarget } from '../../support/db.ts';
import { tempDir } from '../../support/temp-dir.ts';

test('backups that lie in a folder of the data folder are not stored in themselves, and a restore leaves all of them', async (t) => {
  const dataDir = tempDir(t);
  const target = await databaseTarget(t, dataDir);
  const dir = join(dataDir, 'copies');
  const cli = centralaCommand(dataDir, target, { CENTRALA_BACKUP_DIR: dir });
  for (let n = 0; n < 2; n += 1) t.is((await cli(['backup'])).code, 0);
  const repository = await existingRepository({ dataDir, dir, key: null, path: process.env['PATH'] ?? '' });
  t.notRegex(await restic(repository, ['ls', 'latest']), /copies\//);
  const list = async (): Promise<readonly string[]> => (await cli(['backup', 'list'])).out.trim().split('\n');
  const before = await list();
  const restored = await cli(['restore', 'latest']);
  t.is(restored.code, 0, restored.err);
  t.deepEqual(await list(), before);
});

test('backups do not go among the data itself', async (t) => {
  const dataDir = tempDir(t);
  const target = await databaseTarget(t, dataDir);
  mkdirSync(join(dataDir, 'blobs'), { recursive: true });
  writeFileSync(join(dataDir, 'blobs', 'mail'), 'x');
  for (const dir of [dataDir, join(dataDir, 'blobs/copies')]) {
    const refused = await centralaCommand(dataDir, target, { CENTRALA_BACKUP_DIR: dir })(['backup']);
    t.is(refused.code, 1);
    t.regex(refused.out, /Backups cannot go to .* a folder of their own/);
  }
  t.false(readdirSync(dataDir).includes('snapshots'));
});
