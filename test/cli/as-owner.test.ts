import { chmodSync, chownSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { centralaCommand } from '../support/cli.ts';
import { databaseTarget } from '../support/db.ts';
import { tempDir } from '../support/temp-dir.ts';

const NOBODY = 65_534;

const owners = (dir: string): readonly number[] => [
  ...new Set(readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(dir, name)).uid)),
];

test('what root does by a command belongs to whoever runs the product, the key of the backups and the backups too', async (t) => {
  if (process.getuid?.() !== 0) return t.pass('only root can write what another could not read');
  const dir = tempDir(t);
  const backups = join(dir, 'backups');
  mkdirSync(backups);
  for (const path of [dir, backups]) chownSync(path, NOBODY, NOBODY);
  const cli = centralaCommand(dir, await databaseTarget(t));
  const inbox = ['inbox', 'create', '--channel', 'email', '--name', 'Biuro', '--address', 'biuro@firma.test'];
  for (const args of [inbox, ['backup']]) {
    const done = await cli(args);
    t.is(done.code, 0, done.err);
    t.regex(done.err, /^\(working as the user \S+, whose data this is\)$/m);
    t.deepEqual(owners(dir), [NOBODY], args.join(' '));
  }
  t.true(readdirSync(dir).includes('backup.key'));
});

test('where the product runs as root, its commands go on as root, whoever made the folder', async (t) => {
  if (process.getuid?.() !== 0) return t.pass('only for root');
  const dir = tempDir(t);
  const cli = centralaCommand(dir, await databaseTarget(t));
  t.is((await cli(['restore', 'latest'])).code, 1, 'claims the folder and finds no backups');
  t.true(readdirSync(dir).includes('running.lock'));
  chownSync(dir, NOBODY, NOBODY);
  t.notRegex((await cli(['doctor'])).err, /working as/);
});

test('what a restore brings is for its user alone, also in a folder that others may enter', async (t) => {
  const [dir, other] = [tempDir(t), tempDir(t)];
  const backups = { CENTRALA_BACKUP_DIR: tempDir(t) };
  const cli = centralaCommand(dir, await databaseTarget(t, dir), backups);
  const made = await cli(['backup']);
  t.is(made.code, 0, made.err);
  chmodSync(other, 0o755);
  const restored = await centralaCommand(
    other,
    await databaseTarget(t),
    backups,
  )(['restore', 'latest', '--key-file', join(dir, 'backup.key')]);
  t.is(restored.code, 0, restored.err);
  t.deepEqual(
    readdirSync(other).filter((name) => (statSync(join(other, name)).mode & 0o077) !== 0),
    [],
  );
});
