import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { centralaCommand } from '../../support/cli.ts';
import { databaseTarget } from '../../support/db.ts';
import { tempDir } from '../../support/temp-dir.ts';

test('a place that had backups and has none is a disk that is not mounted: nothing is begun there until somebody says so', async (t) => {
  const [dataDir, disk] = [tempDir(t), tempDir(t)];
  const dir = join(disk, 'backups');
  const cli = centralaCommand(dataDir, await databaseTarget(t, dataDir), { CENTRALA_BACKUP_DIR: dir });
  t.is((await cli(['backup'])).code, 0);
  const mounted = join(disk, 'elsewhere');
  renameSync(dir, mounted);
  const refused = await cli(['backup']);
  t.is(refused.code, 1);
  t.regex(refused.out, /There were backups in .*mounted/);
  t.regex((await cli(['backup', 'try'])).out, /open: There were backups/);
  t.regex((await cli(['doctor'])).out, /BROKEN {2}where backups go: .*\n.*not mounted/);
  t.false(existsSync(dir));

  renameSync(mounted, dir);
  t.is((await cli(['backup'])).code, 0);
  renameSync(dir, mounted);
  t.is((await cli(['backup', 'target', 'folder'])).code, 0);
  t.is((await cli(['backup'])).code, 0, 'they are gone for good');
});
