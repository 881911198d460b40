import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Blobs, blobPath } from '../blobs/blobs.ts';
import { BackupError } from './backup-error.ts';
import { claimBackups } from './claim.ts';
import { withFetched } from './log-files.ts';
import { openLogPlace } from './log-place.ts';
import { FILES, openPiece, parseFile } from './log-segments.ts';
import { existingRepository } from './repository.ts';
import type { BackupPlace } from './repository-key.ts';
import { NO_LOCK, type Repository, restic, snapshots } from './restic.ts';

export interface BringBackParts {
  readonly place: BackupPlace;
  /** The recovery key; null: it is not known here. */
  readonly key: string | null;
  readonly blobs: Pick<Blobs, 'replace'>;
  readonly signal: AbortSignal;
  /** Told of each file that is back, and what had it: the short name of a backup, or `log`. */
  readonly onBack: (sha256: string, from: string) => Promise<void>;
}

/** So many lie on the disk twice at a time. */
const AT_ONCE = 50;

/**
 * Puts stored files that are missing or damaged back: from the newest backup that has them whole, else from the log of changes. What neither
 * has stays as it is. The server may run. Raises BackupError when nothing can be read there, or `busy` while a backup is under way.
 */
export async function bringBack(parts: BringBackParts, wanted: readonly string[]): Promise<void> {
  const { place, signal } = parts;
  const claim = claimBackups(place.dataDir);
  const scratch = join(place.dataDir, 'backup-files');
  const missing = new Set(wanted);
  try {
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { mode: 0o700 });
    const repository = await existingRepository(place, parts.key);
    for (const { id, shortId } of (await snapshots(repository)).toReversed()) {
      if (missing.size === 0 || signal.aborted) return;
      await fromSnapshot(parts, repository, { id, shortId, scratch }, missing);
    }
    await fromLog(parts, repository.key, scratch, missing);
  } finally {
    await rm(scratch, { recursive: true, force: true });
    claim.release();
  }
}

interface From {
  readonly id: string;
  readonly shortId: string;
  readonly scratch: string;
}

async function fromSnapshot(parts: BringBackParts, repository: Repository, from: From, missing: Set<string>): Promise<void> {
  const target = join(from.scratch, from.shortId);
  for (const some of batches([...missing])) {
    const includes = some.flatMap((sha256) => ['--include', blobPath('/blobs', sha256)]);
    // One that lost a part of what it had may have the rest, and another one all of it.
    await restic(repository, ['restore', from.id, '--target', target, NO_LOCK, ...includes]).catch(unlessBackupError);
    for (const sha256 of some) {
      const file = blobPath(join(target, 'blobs'), sha256);
      if (existsSync(file)) await put(parts, sha256, createReadStream(file), from.shortId, missing);
    }
    await rm(target, { recursive: true, force: true });
  }
}

/** Files of mail that came since the last backup, where each change is kept. */
async function fromLog(parts: BringBackParts, key: string, scratch: string, missing: Set<string>): Promise<void> {
  const log = openLogPlace(parts.place);
  if (log === null || missing.size === 0) return;
  try {
    const kept = (await log.list(FILES)).flatMap((name) => parseFile(name) ?? []).filter(({ sha256 }) => missing.has(sha256));
    for (const some of batches(kept)) {
      const names = some.map(({ name }) => `${FILES}/${name}`);
      await withFetched(log, names, scratch, async (dir) => {
        for (const { name, sha256 } of some)
          await put(parts, sha256, openPiece(join(dir, FILES, name), key), 'log', missing).catch(unlessBackupError);
      });
    }
  } finally {
    await log.close();
  }
}

async function put(
  { blobs, onBack }: BringBackParts,
  sha256: string,
  content: AsyncIterable<Uint8Array>,
  from: string,
  missing: Set<string>,
): Promise<void> {
  if (!(await blobs.replace(sha256, content))) return;
  missing.delete(sha256);
  await onBack(sha256, from);
}

function* batches<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += AT_ONCE) yield all.slice(at, at + AT_ONCE);
}

function unlessBackupError(error: unknown): void {
  if (!(error instanceof BackupError)) throw error;
}
