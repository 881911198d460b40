import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { existingRepository } from '../../core/backups/repository.ts';
import { machineTag, snapshots } from '../../core/backups/restic.ts';
import { readSchedule, saveSchedule } from '../../core/backups/schedule.ts';
import { centralaCommand } from '../support/cli.ts';
import { databaseUrl } from '../support/machines.ts';
import { madeBackup } from '../support/made-backup.ts';
import { type Office, officeFor } from '../support/office.ts';
import { tempDir } from '../support/temp-dir.ts';

const DAY_MS = 86_400_000;
const PATH = process.env['PATH'] ?? '';
const RESTIC = execFileSync('which', ['restic'], { encoding: 'utf8' }).trim();

interface Full {
  readonly path: string;
  /** What restic was called for. */
  readonly calls: () => readonly string[];
}

/** A restic whose disk takes no backup before `enough` times something was removed from it. */
function fullDisk(t: ExecutionContext, enough: number, says = 'Fatal: write: no space left on device'): Full {
  const dir = tempDir(t);
  const [log, removed] = [join(dir, 'calls'), join(dir, 'removed')];
  for (const file of [log, removed]) appendFileSync(file, '');
  writeFileSync(
    join(dir, 'restic'),
    `#!/bin/sh
case "$1" in
backup)
  echo backup >> ${log}
  if [ $(wc -l < ${removed}) -lt ${enough} ]; then
    echo '${says}' >&2
    exit 1
  fi;;
forget|prune) echo "$1" >> ${log}; echo >> ${removed};;
esac
exec ${RESTIC} "$@"
`,
  );
  chmodSync(join(dir, 'restic'), 0o755);
  return { path: `${dir}:${PATH}`, calls: () => readFileSync(log, 'utf8').trim().split('\n') };
}

/** An office with a good backup of today and three of the days before, of which the rules keep only the newest from now on. */
async function withOldBackups(t: ExecutionContext): Promise<{ office: Office; left: () => Promise<readonly number[]> }> {
  const office = await officeFor(t);
  const here = centralaCommand(office.dataDir, { url: databaseUrl(office), file: '' });
  t.is((await here(['backup'])).code, 0);
  const place = { dataDir: office.dataDir, dir: join(office.dataDir, 'backups'), key: null, path: PATH };
  const repository = await existingRepository(place);
  const { id } = JSON.parse(readFileSync(join(office.dataDir, 'backup-machine.json'), 'utf8'));
  const content = tempDir(t);
  for (const day of [4, 3, 2]) {
    writeFileSync(join(content, 'mail'), `mail of ${day} days ago`);
    await madeBackup(repository, content, new Date(Date.now() - day * DAY_MS), 'verified', machineTag(id));
  }
  rmSync(join(content, 'mail'));
  await saveSchedule(office.scope, { ...(await readSchedule(office.scope)), keep: { daily: 1, weekly: 0, monthly: 0 } });
  /** How many days old each is. */
  const left = async () => (await snapshots(repository)).map(({ at }) => Math.round((Date.now() - at.getTime()) / DAY_MS));
  return { office, left };
}

test('without room for a new backup those go first that the rules keep no longer, and it is tried once more', async (t) => {
  const { office, left } = await withOldBackups(t);
  t.deepEqual(await left(), [4, 3, 2, 0]);
  const { path, calls } = fullDisk(t, 2);
  const made = await centralaCommand(office.dataDir, { url: databaseUrl(office), file: '' }, { PATH: path })(['backup', '--json']);
  t.like(JSON.parse(made.last), { state: 'verified' });
  t.deepEqual(calls(), ['backup', 'forget', 'prune', 'backup', 'forget']);
  t.deepEqual(await left(), [0]);
});

test('a server with SFTP, which has no word for a full disk, gets room as well', async (t) => {
  const { office, left } = await withOldBackups(t);
  const { path } = fullDisk(t, 2, 'Save(<data/191b8de3f9>) returned error, retrying: Write: sftp: "Failure" (SSH_FX_FAILURE)');
  const made = await centralaCommand(office.dataDir, { url: databaseUrl(office), file: '' }, { PATH: path })(['backup', '--json']);
  t.like(JSON.parse(made.last), { state: 'verified' });
  t.deepEqual(await left(), [0]);
});

test('where there is no room all the same, and be it that restic crashes of that, the last good backup stays, and nothing of the attempt does', async (t) => {
  const { office, left } = await withOldBackups(t);
  const { path, calls } = fullDisk(t, 99, 'panic: runtime error: invalid memory address or nil pointer dereference');
  const made = await centralaCommand(office.dataDir, { url: databaseUrl(office), file: '' }, { PATH: path })(['backup', '--json']);
  t.like(JSON.parse(made.last), { state: 'failed', problem: 'not_written' });
  t.deepEqual(calls(), ['backup', 'forget', 'prune', 'backup', 'prune']);
  t.deepEqual(await left(), [0]);
  const rows: { state: string }[] = await office.scope.db('backups').orderBy('id').select('state');
  t.deepEqual(
    rows.map(({ state }) => state),
    ['verified', 'failed'],
  );
});

test('where the disk of the data has no room for a whole trial restore, it gets one of the database and of some files', async (t) => {
  const office = await officeFor(t);
  const dir = tempDir(t);
  const calls = join(dir, 'calls');
  writeFileSync(join(dir, 'restic'), `#!/bin/sh\necho "$*" >> ${calls}\nexec ${RESTIC} "$@"\n`, { mode: 0o755 });
  const small = join(dir, 'small-disk.mjs');
  writeFileSync(
    small,
    `import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
fs.statfs = async () => ({ bsize: 4096, bavail: ${(256 * 1024 ** 2) / 4096} });
syncBuiltinESMExports();
`,
  );
  const restored = async (env: Readonly<Record<string, string>>): Promise<string> => {
    writeFileSync(calls, '');
    const path = { PATH: `${dir}:${PATH}` };
    const made = await centralaCommand(office.dataDir, { url: databaseUrl(office), file: '' }, { ...path, ...env })(['backup', '--json']);
    t.like(JSON.parse(made.last), { state: 'verified' });
    return /^restore .*$/m.exec(readFileSync(calls, 'utf8'))?.[0] ?? '';
  };
  t.notRegex(await restored({}), /--include/);
  t.regex(await restored({ NODE_OPTIONS: `--import=${small}` }), /--include \/backup-stage$/);
});
