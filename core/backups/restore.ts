import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseTarget } from '../db/connect.ts';
import { transact } from '../db/scope.ts';
import { BackupError } from './backup-error.ts';
import { copyName, readCopy } from './copy-database.ts';
import { newestOf } from './newest.ts';
import { mustMatch, type Prepared, prepareRestore, type RestoreParts, type RestoreSource, systemScope } from './prepare.ts';
import { type Repository, type Snapshot, snapshots } from './restic.ts';
import { restoreSchema, undoSchema } from './restore-schema.ts';
import { settleRestored } from './store.ts';
import { beginSwap, endSwap, finishSwap, pendingSwap, type Swap, unswapFiles } from './swap.ts';

export interface Restored extends Pick<Prepared, 'manifest' | 'files' | 'lost'> {
  /** Folder of the old data, until somebody deletes it; null where there was none. */
  readonly before: string | null;
  /** The same of a PostgreSQL database: its schema. */
  readonly schemaBefore: string | null;
}

/** The snapshot of this name, or the newest for `latest`. Raises BackupError. */
export async function findSnapshot(repository: Repository, name: string, now: Date): Promise<Snapshot> {
  const all = await snapshots(repository);
  const found = name === 'latest' ? newestOf(all, now) : all.find(({ id }) => name.length >= 8 && id.startsWith(name));
  if (found) return found;
  throw new BackupError(name === 'latest' ? 'There is no backup yet.' : `There is no backup ${name}.`, 'See: centrala backup list');
}

/** The newest good one that was there at that moment; where none was, the first one after it. */
export async function snapshotBefore(repository: Repository, at: Date): Promise<Snapshot> {
  const good = (await snapshots(repository)).filter(({ isVerified }) => isVerified);
  const found = good.findLast((one) => one.at <= at) ?? good[0];
  if (found) return found;
  throw new BackupError('There is no good backup yet.', 'See: centrala backup list', 'no_backups');
}

/**
 * Puts a backup in the place of the data. Everything is fetched and checked beside the old data first; only then the two change places, which
 * a crash in the middle does not harm: the next start finishes or undoes it. The server must not run.
 */
export async function restore(parts: RestoreParts & Pick<PlaceParts, 'path'>, source: RestoreSource): Promise<Restored> {
  const { dataDir, target, path, now } = parts;
  const prepared = await prepareRestore(parts, source);
  try {
    parts.report({ step: 'places', done: 0, total: 0 });
    const restored = await changePlaces({ dataDir, target, now, path }, prepared, null);
    if (source.kind === 'snapshot' && source.moment === null) await settle(parts, source.snapshot.shortId, prepared);
    return restored;
  } finally {
    // Of one that is half way back the next start needs what lies there.
    if (pendingSwap(dataDir) === null) await rm(join(dataDir, prepared.from), { recursive: true, force: true });
  }
}

/** What was restored says of its own backup that it is under way; the start would take it for one that was cut short. */
function settle({ target, now }: RestoreParts, snapshot: string, { manifest, files }: Prepared): Promise<void> {
  const rows = Object.values(manifest.tables).reduce((sum, count) => sum + count, 0);
  const done = { snapshot, files, rows, finishedAt: manifest.createdAt };
  return readCopy(systemScope(now), target, (scope) => transact(scope, (tx) => settleRestored(tx, done)));
}

export interface PlaceParts {
  readonly dataDir: string;
  readonly target: DatabaseTarget;
  readonly now: () => Date;
  /** The PATH. */
  readonly path: string;
}

/**
 * The last step, while no server runs. With a ticket the old data is not given up before `endSwap`. Where something cannot change places, such as a
 * folder that is a disk of its own, all of the old data is the data again.
 */
export async function changePlaces(
  parts: PlaceParts,
  { from, manifest, files, ...counted }: Prepared,
  ticket: string | null,
): Promise<Restored> {
  const { dataDir, target, now, path } = parts;
  const place = join(dataDir, from);
  const swap = { from, before: `before-${from}`, ticket, names: readdirSync(place) };
  let { lost } = counted;
  const schema =
    target.url === null
      ? null
      : await restoreSchema(
          {
            ...systemScope(now),
            dataDir,
            target,
            path,
            file: join(place, copyName(target)),
            check: async (copy) => {
              lost = await mustMatch(copy, manifest, join(place, 'blobs'));
            },
          },
          swap,
        );
  await beginSwap(dataDir, { ...swap, phase: 'files', schema });
  try {
    await finishSwap(dataDir);
  } catch (error) {
    await swapBack(parts, { ...swap, phase: 'back', schema });
    await endSwap(dataDir);
    throw explained(error);
  }
  const before = join(dataDir, swap.before);
  return { manifest, files, lost, before: existsSync(before) ? before : null, schemaBefore: schema?.before ?? null };
}

/** A folder that is a disk or a share of its own does not change its name. */
function explained(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && 'path' in error && (error.code === 'EBUSY' || error.code === 'EXDEV'))) return error;
  const help = 'Unmount it, restore, and put what was restored on that disk then.';
  return new BackupError(`${error.path} is mounted there and cannot step aside; everything is as it was.`, help);
}

/** Old and new change places again, from wherever that was interrupted. */
export async function swapBack({ dataDir, target }: Pick<PlaceParts, 'dataDir' | 'target'>, swap: Swap): Promise<void> {
  await beginSwap(dataDir, swap);
  if (swap.schema) await undoSchema(target, swap.schema);
  await unswapFiles(dataDir, swap);
}
