import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DatabaseTarget } from '../db/connect.ts';
import type { Scope } from '../db/scope.ts';
import { brokenPages } from '../db/sqlite-file.ts';
import { checkFiles, mustBeOurs, mustHoldBlobs } from './check-files.ts';
import { copyName, readCopy } from './copy-database.ts';
import { type Manifest, readManifest, STAGE, wrongFiles } from './manifest.ts';
import { BackupError, type Repository, restic, type Snapshot, snapshots } from './restic.ts';
import { restoreSchema } from './restore-schema.ts';
import { beginSwap, finishSwap } from './swap.ts';
import { wrongDatabase } from './trial.ts';

export interface RestoreParts {
  readonly repository: Repository;
  readonly dataDir: string;
  readonly target: DatabaseTarget;
  readonly now: () => Date;
  /** Names of all migrations that this product has: a database with another one is from a newer version. */
  readonly migrations: readonly string[];
  /** The secret of the environment, which then has to be the backup's; null: the one of the backup is taken over. */
  readonly secret: string | null;
  /** What is being done, for a person who waits. */
  readonly say: (line: string) => void;
}

export interface Restored {
  readonly manifest: Manifest;
  readonly files: number;
  /** Folder of the old data, until somebody deletes it; null where there was none. */
  readonly before: string | null;
  /** The same of a PostgreSQL database: its schema. */
  readonly schemaBefore: string | null;
}

/** The snapshot of this name, or the newest that was restored on trial for `latest`. Raises BackupError. */
export async function findSnapshot(repository: Repository, name: string): Promise<Snapshot> {
  const all = await snapshots(repository);
  const newest = all.findLast(({ tags }) => tags.includes('verified')) ?? all.at(-1);
  const found = name === 'latest' ? newest : all.find(({ id }) => name.length >= 8 && id.startsWith(name));
  if (found) return found;
  throw new BackupError(name === 'latest' ? 'There is no backup yet.' : `There is no backup ${name}.`, 'See: centrala backup list');
}

/**
 * Puts a backup in the place of the data. Everything is fetched and checked beside the old data first, every stored file by its hash; only
 * then the two change places, which a crash in the middle does not harm: the next start finishes or undoes it. The server must not run.
 */
export async function restore(parts: RestoreParts, { id }: Snapshot): Promise<Restored> {
  const { repository, dataDir, target, say } = parts;
  const scope = { now: parts.now, actor: { kind: 'system', task: 'restore' } as const, wakeOutbox: () => {} };
  const from = `restore-${parts.now().toISOString().replaceAll(/\D/g, '')}`;
  const place = join(dataDir, from);
  await mkdir(place, { mode: 0o700 });
  try {
    say('fetching …');
    await restic(repository, ['restore', id, '--target', place]);
    await mustBeOurs(place);
    const staged = join(place, STAGE);
    const manifest = await readManifest(staged).catch(() => null);
    if (manifest === null) throw new BackupError('This backup has no manifest of ours.', 'Choose another one: centrala backup list');
    await mustFit(parts, manifest, staged);
    say('checking …');
    mustBeWhole(await wrongFiles(staged, manifest));
    const files = await checkFiles(join(place, 'blobs'));
    const check = async (copy: Scope): Promise<void> => {
      mustBeWhole(await wrongDatabase(copy, manifest));
      await mustHoldBlobs(copy, join(place, 'blobs'));
    };
    const file = join(staged, copyName(target));
    if (target.url === null) {
      mustBeWhole(brokenPages(file));
      await readCopy(scope, { url: null, file }, check);
    }
    await layOut(place, target, parts.secret === null);
    const swap = { from, before: `before-${from}`, schema: null };
    say('changing places …');
    const schema =
      target.url === null
        ? null
        : await restoreSchema({ ...scope, dataDir, target, path: repository.path, file: join(place, copyName(target)), check }, swap);
    await beginSwap(dataDir, { ...swap, phase: 'files' });
    await finishSwap(dataDir);
    const before = join(dataDir, swap.before);
    return { manifest, files, before: existsSync(before) ? before : null, schemaBefore: schema };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function mustFit({ target, migrations, secret }: RestoreParts, manifest: Manifest, staged: string): Promise<void> {
  const { engine, migration, version } = manifest;
  if (!migrations.includes(migration))
    throw new BackupError(
      `This backup is of a newer version of Centrala (${version}, ${migration}).`,
      'Start that version, or a newer one.',
    );
  if (engine !== (target.url === null ? 'sqlite' : 'postgres'))
    throw new BackupError(
      `This backup is of ${engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'}, and Centrala is set to the other one.`,
      engine === 'sqlite' ? 'Unset CENTRALA_DATABASE_URL.' : 'Set CENTRALA_DATABASE_URL.',
    );
  const kept = (await readFile(join(staged, 'secret.key'), 'utf8')).trim();
  if (secret !== null && secret !== kept)
    throw new BackupError('This backup was made with another CENTRALA_SECRET_KEY.', 'Unset it (the backup has its own), or set that one.');
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
  throw new BackupError(`This backup is not whole: ${wrong.slice(0, 5).join('; ')}.`, 'Choose another one: centrala backup list');
}
