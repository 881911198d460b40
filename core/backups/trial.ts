import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseTarget } from '../db/connect.ts';
import type { Scope } from '../db/scope.ts';
import { verifyChain } from '../ledger/verify-chain.ts';
import { BackupError } from './backup-error.ts';
import { wrongStage } from './check-files.ts';
import { contentsOf, fingerprintsOf } from './contents-store.ts';
import { copyName, readCopy } from './copy-database.ts';
import { type Manifest, readManifest, STAGE } from './manifest.ts';
import { type Repository, restic } from './restic.ts';
import { hasRoom } from './room.ts';
import { restoreDump, scratchDatabase } from './scratch-database.ts';
import { ALL_BYTES, compareBlobs } from './trial-blobs.ts';

export interface Trial {
  readonly rows: number;
  readonly filesCompared: number;
}

export interface TrialParts {
  readonly scope: Scope;
  readonly target: DatabaseTarget;
  readonly dataDir: string;
  readonly repository: Repository;
}

/**
 * Restores what was just kept into a folder of its own and compares: each file with the manifest, the database with itself (integrity, the
 * ledger's chain) and with the counts of its source, files of the store with their names. Raises BackupError with the first differences.
 */
export async function tryRestoring({ scope, target, dataDir, repository }: TrialParts, snapshot: string, bytes: number): Promise<Trial> {
  const place = join(dataDir, 'backup-trial');
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { mode: 0o700 });
  try {
    await restic(repository, ['check']);
    // On a disk that is nearly full the trial must not keep mail out.
    const isSmall = bytes <= ALL_BYTES && (await hasRoom(dataDir, bytes));
    await restic(repository, ['restore', snapshot, '--target', place, ...(isSmall ? [] : ['--include', `/${STAGE}`])]);
    const restored = join(place, STAGE);
    const manifest = await readManifest(restored);
    mustBeSound(await wrongStage(restored, manifest, target, 'whole'));
    return await withDatabase(scope, target, restored, repository.path, async (copy) => {
      mustBeSound(await wrongDatabase(copy, manifest));
      const filesCompared = await compareBlobs({ scope: copy, dataDir, repository, place, isSmall }, snapshot);
      return { rows: Object.values(manifest.tables).reduce((sum, rows) => sum + rows, 0), filesCompared };
    });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** Hands over the database that lies in this folder of a backup, restored somewhere beside the live one. */
async function withDatabase<T>(
  scope: Scope,
  { url }: DatabaseTarget,
  dir: string,
  path: string,
  work: (copy: Scope) => Promise<T>,
): Promise<T> {
  const file = join(dir, copyName({ url, file: '' }));
  if (url === null) return readCopy(scope, { url, file }, work);
  const scratch = await scratchDatabase(scope, url);
  try {
    await restoreDump(path, scratch.url, file);
    return await readCopy(scope, { url: scratch.url, file: '' }, work);
  } finally {
    await scratch.drop();
  }
}

/** In what a restored database differs from the manifest, and where its own chain of kept mail is broken. */
export async function wrongDatabase(copy: Scope, manifest: Manifest): Promise<readonly string[]> {
  const found = await contentsOf(copy);
  const wrong = Object.entries(manifest.tables)
    .filter(([table, rows]) => found.tables[table] !== rows)
    .map(([table, rows]) => `${table} has ${found.tables[table] ?? 'no'} rows instead of ${rows}`);
  const ids = manifest.samples.map(({ id }) => id);
  const samples = new Map((await fingerprintsOf(copy, ids)).map(({ id, sha256 }) => [id, sha256]));
  for (const { id, sha256 } of manifest.samples) if (samples.get(id) !== sha256) wrong.push(`message ${id} is not what it was`);
  if (found.ledger.seq !== manifest.ledger.seq || found.ledger.hash !== manifest.ledger.hash) wrong.push('the ledger ends elsewhere');
  for await (const { detail } of verifyChain(copy)) {
    wrong.push(`ledger: ${detail}`);
    if (wrong.length > 5) break;
  }
  return wrong;
}

function mustBeSound(wrong: readonly string[]): void {
  if (wrong.length > 0) throw new BackupError(`The trial restore differs: ${wrong.slice(0, 5).join('; ')}.`, undefined, 'differs');
}
