import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { centralaCommand } from '../support/cli.ts';
import { databaseTarget } from '../support/db.ts';
import { tempDir } from '../support/temp-dir.ts';

test('whoever names a folder of backups that does not count, because a place was set, is told so and how it counts again', async (t) => {
  const [dir, other] = [tempDir(t), tempDir(t)];
  const [key, set] = [join(other, 'key'), join(other, 'set')];
  writeFileSync(key, 'ABCDE-FGHJK-MNPQR-STVWX-YZ234-56789-ABCDE-FGHJK\n');
  mkdirSync(set);
  const cli = centralaCommand(dir, await databaseTarget(t), { CENTRALA_BACKUP_DIR: join(other, 'variable') });
  t.is((await cli(['backup', 'target', 'folder', '--path', set, '--key-file', key])).code, 0);
  const refused = await cli(['restore', 'latest', '--key-file', key]);
  t.is(refused.code, 1);
  t.true(refused.err.includes(`There are no backups in ${set}.`), refused.err);
  t.regex(refused.err, /comes before CENTRALA_BACKUP_DIR; "centrala backup target folder"/);
  t.is((await cli(['backup', 'target', 'folder'])).last, join(other, 'variable'));
});
