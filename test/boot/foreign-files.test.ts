import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { centralaCommand } from '../support/cli.ts';
import { databaseTarget } from '../support/db.ts';
import { refused } from '../support/refused.ts';
import { tempDir } from '../support/temp-dir.ts';

const NOBODY = { uid: 65_534, gid: 65_534 };

/** A data folder of another user, in which root made `name` for itself alone. */
function withOneOfRoot(t: ExecutionContext<unknown>, name: string): string {
  const dir = tempDir(t);
  mkdirSync(join(dir, 'blobs'));
  writeFileSync(join(dir, 'running.lock'), '');
  for (const path of ['.', 'blobs', 'running.lock']) chownSync(join(dir, path), NOBODY.uid, NOBODY.gid);
  if (name.startsWith('blobs')) mkdirSync(join(dir, name));
  else writeFileSync(join(dir, name), '');
  chownSync(join(dir, name), 0, 0);
  chmodSync(join(dir, name), name.startsWith('blobs') ? 0o700 : 0o600);
  return dir;
}

test('the doctor names what root left in the data folder of another user, and what to do', async (t) => {
  if (process.getuid?.() !== 0) return t.pass('only root can leave it there');
  for (const name of ['backup.key', 'spool.sqlite', 'blobs/03']) {
    const dir = withOneOfRoot(t, name);
    const { code, out } = await centralaCommand(dir, await databaseTarget(t))(['doctor']);
    t.is(code, 1);
    t.regex(out, new RegExp(`^BROKEN +data folder: ${dir}/${name} .*\\n.*chown -R 65534 ${dir}$`, 'm'));
    t.notRegex(out, /centrala restore|move spool/i, 'nothing there is damaged');
  }
});

test('a start that fails because of what root left in the data folder names it, and what to do', async (t) => {
  if (process.getuid?.() !== 0) return t.pass('only root can leave it there');
  for (const name of ['backup.key', 'running.lock', 'centrala.sqlite']) {
    const dir = withOneOfRoot(t, name);
    const ended = await refused(t, { CENTRALA_DATA_DIR: dir }, NOBODY);
    t.is(ended.code, 78, ended.stderr);
    t.regex(ended.stderr, new RegExp(`^Centrala could not start: [^\\n]*${dir}/${name}[^\\n]*chown -R 65534 ${dir}\\.\\n$`));
  }
});
