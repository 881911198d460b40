import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DatabaseTarget } from '../db/connect.ts';
import { checkIn } from '../db/file-check.ts';
import type { Scope } from '../db/scope.ts';
import { archiveManifest, unpackArchive } from './archive.ts';
import { BackupError } from './backup-error.ts';
import { checkFiles, countLost, keepOurs, wrongStage } from './check-files.ts';
import { contentsOf } from './contents-store.ts';
import { copyName, readCopy } from './copy-database.ts';
import { nameInside } from './inside.ts';
import { unpackFiles } from './log-files.ts';
import type { LogPlace } from './log-place.ts';
import { replayLog } from './log-replay.ts';
import { type Manifest, readManifest, STAGE } from './manifest.ts';
import { NO_LOCK, type Repository, restic, type Snapshot } from './restic.ts';
import { mustHaveRoom } from './room.ts';
import { wrongDatabase } from './trial.ts';
import type { RestoreReport } from './types.ts';

/** To bring a snapshot of SQLite forward with the shipped log. */
export interface Moment {
  readonly log: LogPlace;
  readonly key: string;
  readonly at: Date;
}

/** A snapshot of restic, or an archive that lies here as a file. */
export type RestoreSource =
  | {
      readonly kind: 'snapshot';
      readonly repository: Repository;
      readonly snapshot: Pick<Snapshot, 'id' | 'shortId' | 'isVerified' | 'bytes'>;
      readonly moment: Moment | null;
    }
  | { readonly kind: 'file'; readonly file: string; readonly key: string };

export interface RestoreParts {
  readonly dataDir: string;
  readonly target: DatabaseTarget;
  readonly now: () => Date;
  /** Names of all migrations that this product has: a database with another one is from a newer version. */
  readonly migrations: readonly string[];
  /** The secret of the environment, which then has to be the backup's; null: the one of the backup is taken over. */
  readonly secret: string | null;
  /** No server runs meanwhile. */
  readonly isAlone: boolean;
  readonly report: RestoreReport;
}

/** A backup that lies beside the data in `from`, checked as far as it can be before it is in its place. */
export interface Prepared {
  readonly from: string;
  readonly manifest: Manifest;
  readonly files: number;
  /** Stored files that its database names and that it does not have. On PostgreSQL they are counted when it is in its place. */
  readonly lost: number;
}

/**
 * Fetches a backup into a folder beside the data, checks it, every stored file by its hash, and lays it out as it will lie. Touches nothing
 * else, so that the server may run. Raises BackupError, and then nothing is left of it.
 */
export async function prepareRestore(parts: RestoreParts, source: RestoreSource): Promise<Prepared> {
  const { dataDir, target, report } = parts;
  const from = `restore-${parts.now().toISOString().replaceAll(/\D/g, '')}`;
  const place = join(dataDir, from);
  await mkdir(place, { mode: 0o700 });
  try {
    report({ step: 'fetch', done: 0, total: 0 });
    await bring(parts, source, place);
    await keepOurs(place);
    const staged = join(place, STAGE);
    const manifest = await readManifest(staged).catch(() => null);
    if (manifest === null) throw new BackupError('This backup has no manifest of ours.', 'Choose another one: centrala backup list');
    mustSuit(parts, manifest);
    await mustHaveSecret(parts.secret, staged);
    report({ step: 'check', done: 0, total: 0 });
    // The same bytes, by their hash, were checked wholly when they were restored on trial.
    const isVerified = source.kind === 'snapshot' && source.snapshot.isVerified;
    mustBeWhole(await wrongStage(staged, manifest, target, isVerified ? 'quick' : 'whole'));
    const files = await checkFiles(join(place, 'blobs'));
    const file = join(staged, copyName(target));
    const lost =
      target.url === null
        ? await readCopy(systemScope(parts.now), { url: null, file }, (copy) => mustMatch(copy, manifest, join(place, 'blobs')))
        : 0;
    await layOut(place, target, parts.secret === null);
    if (source.kind === 'file' || source.moment === null) return { from, manifest, files, lost };
    const { moment } = source;
    return { from, ...(await bringForward(parts, place, manifest, moment).finally(() => moment.log.close())) };
  } catch (error) {
    await rm(place, { recursive: true, force: true });
    throw error;
  }
}

/** The database as it was at that moment, in the place of the one of the snapshot, with the files that came meanwhile. */
async function bringForward(
  parts: RestoreParts,
  place: string,
  manifest: Manifest,
  { log, key, at }: Moment,
): Promise<Omit<Prepared, 'from'>> {
  mustHaveLog(parts);
  const file = join(place, basename(parts.target.file));
  await rm(file);
  await replayLog(log, key, at, file, place);
  await unpackFiles(log, key, join(place, 'blobs'), place);
  const [files, then] = await Promise.all([checkFiles(join(place, 'blobs')), soundAt(parts, place, manifest, at)]);
  return { ...then, files };
}

/** Raises BackupError on PostgreSQL. */
export function mustHaveLog({ target }: Pick<RestoreParts, 'target'>): void {
  if (target.url !== null) throw new BackupError('Only SQLite has a shipped log.', 'Use the tools of PostgreSQL.', 'other_database');
}

/**
 * The manifest of a database in `place` that was brought forward to that moment, once its pages and its chain were found right. Raises BackupError.
 */
export async function soundAt(
  parts: Pick<RestoreParts, 'target' | 'now' | 'migrations'>,
  place: string,
  manifest: Manifest,
  at: Date,
): Promise<Pick<Prepared, 'manifest' | 'lost'>> {
  const file = join(place, basename(parts.target.file));
  mustBeWhole(await checkIn({ file, how: 'whole' }));
  return readCopy(systemScope(parts.now), { url: null, file }, async (copy) => {
    const then = { ...manifest, ...(await contentsOf(copy)), createdAt: at.toISOString() };
    mustSuit(parts, then);
    return { manifest: then, lost: await mustMatch(copy, then, join(place, 'blobs')) };
  });
}

async function bring(parts: RestoreParts, source: RestoreSource, place: string): Promise<void> {
  if (source.kind === 'file') {
    mustSuit(parts, await archiveManifest(source.file, source.key));
    return unpackArchive(source.file, source.key, place);
  }
  const { repository, snapshot } = source;
  await mustHaveRoom(parts.dataDir, snapshot.bytes ?? (await restoredBytes(repository, snapshot.id)), 'This restore');
  await restic(repository, ['restore', snapshot.id, '--target', place, '--json', NO_LOCK], {
    onLine: fetched(parts.report),
    isAlone: parts.isAlone,
  });
  // Backups from before these were left out.
  const own = nameInside(parts.dataDir, repository.target);
  if (own !== null) await rm(join(place, own), { recursive: true, force: true });
}

async function restoredBytes(repository: Repository, id: string): Promise<number> {
  const stats: { total_size: number } = JSON.parse(await restic(repository, ['stats', '--json', '--mode', 'restore-size', id, NO_LOCK]));
  return stats.total_size;
}

/** Newer releases of restic say how far they are, older ones nothing. */
function fetched(report: RestoreReport): (line: string) => void {
  return (line) => {
    const [done, total] = [/"bytes_restored":(\d+)/, /"total_bytes":(\d+)/].map((part) => part.exec(line)?.[1]);
    if (done && total) report({ step: 'fetch', done: Number(done), total: Number(total) });
  };
}

export const systemScope = (now: () => Date): Omit<Scope, 'db'> => ({
  now,
  actor: { kind: 'system', task: 'restore' },
  wakeOutbox: () => {},
});

/** Raises when the restored database is not what its manifest says. Answers how many stored files that it names are missing. */
export async function mustMatch(copy: Scope, manifest: Manifest, blobs: string): Promise<number> {
  mustBeWhole(await wrongDatabase(copy, manifest));
  return countLost(copy, blobs);
}

/** Raises BackupError when this product cannot take it over. */
export function mustSuit({ target, migrations }: Pick<RestoreParts, 'target' | 'migrations'>, manifest: Manifest): void {
  const { engine, migration, version } = manifest;
  if (!migrations.includes(migration))
    throw new BackupError(
      `This backup is of a newer version of Centrala (${version}, ${migration}).`,
      'Start that version, or a newer one.',
      'newer_version',
    );
  if (engine !== (target.url === null ? 'sqlite' : 'postgres'))
    throw new BackupError(
      `This backup is of ${engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'}, and Centrala is set to the other one.`,
      engine === 'sqlite' ? 'Unset CENTRALA_DATABASE_URL.' : 'Set CENTRALA_DATABASE_URL.',
      'other_database',
    );
}

async function mustHaveSecret(secret: string | null, staged: string): Promise<void> {
  const kept = (await readFile(join(staged, 'secret.key'), 'utf8')).trim();
  if (secret === null || secret === kept) return;
  const help = 'Unset it (the backup has its own), or set that one.';
  throw new BackupError('This backup was made with another CENTRALA_SECRET_KEY.', help, 'other_secret');
}

/** Moves everything of the folder to where it will lie in the data folder. */
async function layOut(place: string, target: DatabaseTarget, withSecret: boolean): Promise<void> {
  const staged = join(place, STAGE);
  const names = new Map([
    ['spool.sqlite', 'spool.sqlite'],
    ['spool', 'spool'],
    ...(withSecret ? [['secret.key', 'secret.key'] as const] : []),
    [copyName(target), target.url === null ? basename(target.file) : copyName(target)],
  ]);
  for (const [name, becomes] of names) if (existsSync(join(staged, name))) await rename(join(staged, name), join(place, becomes));
  await rm(staged, { recursive: true });
}

function mustBeWhole(wrong: readonly string[]): void {
  if (wrong.length === 0) return;
  const help = 'Choose another one: centrala backup list';
  throw new BackupError(`This backup is not whole: ${wrong.slice(0, 5).join('; ')}.`, help, 'differs');
}
