import { readdirSync, rmSync, statSync } from 'node:fs';
import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, databaseFile } from '../../config/config.ts';
import { BackupError } from '../backups/backup-error.ts';
import { postgresTool } from '../backups/postgres-tools.ts';
import { migrationState } from '../db/migrate.ts';
import type { Scope } from '../db/scope.ts';
import { type UpgradeProgress, upgradeDatabase } from '../db/upgrade.ts';
import { AppError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { lastVersion } from '../news/store.ts';
import { serveProgress } from './upgrade-page.ts';

export interface UpgradeParts {
  readonly config: Config;
  readonly log: Log;
  /** The database as it was found. */
  readonly old: Scope['db'];
  readonly migrations: string;
  readonly locales: string;
}

const SPARE_BYTES = 200 * 1024 * 1024;

/**
 * Takes a database with data to this version: a copy that was read back, then all migrations as one, while browsers see how far it is and mail
 * servers are asked to come again (421). Raises AppError that says which version to start again; then nothing was changed.
 */
export async function upgradeFirst({ config, log, old, migrations, locales }: UpgradeParts): Promise<readonly string[]> {
  const version = await lastVersion(old);
  const { pending } = await migrationState(old, migrations);
  let progress: UpgradeProgress = { step: 'copy', done: 0, total: 0 };
  const page = await serveProgress(config, locales, () => progress);
  log.info('upgrade_began', { from: version, migrations: pending.length });
  try {
    const folder = join(config.dataDir, 'before-upgrade');
    const name = `${version ?? 'older'}-before-${pending[0]?.slice(0, 14)}`;
    const target = { url: config.databaseUrl, file: databaseFile(config) };
    if (target.url !== null) await dumpFirst(config, folder, name, log);
    else await mustFit(config.dataDir, target.file);
    const copy = target.url === null ? join(folder, `${name}.sqlite`) : null;
    const ran = await upgradeDatabase({ target, migrations, copy }, (next) => {
      progress = next;
    });
    forgetOthers(folder, name);
    log.info('upgrade_ended', { migrations: ran.length });
    return ran;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const again = version === null ? 'the image that ran before' : `the image centrala:${version}`;
    throw new AppError(error.code, error.status, error.message, {
      cause: error,
      help: `${error.help ? `${error.help} ` : ''}Start ${again} again; it finds everything as it left it.`,
    });
  } finally {
    await page.close();
  }
}

async function mustFit(dir: string, file: string): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  const needed = statSync(file).size + SPARE_BYTES;
  if (bavail * bsize >= needed) return;
  const megabytes = Math.ceil((needed - bavail * bsize) / 1_000_000);
  throw new AppError('upgrade_failed', 507, 'There is no room for the copy of the database that an upgrade makes first.', {
    help: `Free ${megabytes} MB on the disk of ${dir}.`,
  });
}

/** By pg_dump, where the machine has it; the migrations are one transaction either way. */
async function dumpFirst({ databaseUrl, backup }: Config, folder: string, name: string, log: Log): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${name}.dump`);
  try {
    await postgresTool(backup.path, 'pg_dump', databaseUrl, ['--format=custom', `--file=${file}`]);
    await postgresTool(backup.path, 'pg_restore', null, ['--list', file]);
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    log.warn('upgrade_without_copy', { problem: error.problem });
  }
}

/** One copy is enough: the one from before this upgrade. */
function forgetOthers(folder: string, name: string): void {
  for (const file of readdirSync(folder)) if (!file.startsWith(name)) rmSync(join(folder, file), { force: true });
}
