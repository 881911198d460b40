import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { blobPath } from '../blobs/blobs.ts';
import type { Scope } from '../db/scope.ts';
import { storedFiles } from '../ledger/stored-files.ts';
import { BackupError } from './backup-error.ts';
import { checkFiles } from './check-files.ts';
import { type Repository, restic } from './restic.ts';

export interface BlobParts {
  /** Of the restored database. */
  readonly scope: Scope;
  readonly dataDir: string;
  readonly repository: Repository;
  /** A folder for the trial. */
  readonly place: string;
  /** Everything was restored into it already. */
  readonly isSmall: boolean;
}

const FOLDERS = 256;
/** A backup of up to so many bytes is restored whole each time, where there is room for it; of a larger one the database and a seventh of the files, another one each day. */
export const ALL_BYTES = 1024 ** 3;
const NIGHTS = 7;
const DAY_MS = 86_400_000;

/**
 * Every stored file that the database names is in the snapshot with its size, and those that are restored (all, or today's share) are what
 * their names say. Answers how many were restored.
 */
export async function compareBlobs({ scope, dataDir, repository, place, isSmall }: BlobParts, snapshot: string): Promise<number> {
  await mustHoldAll(scope, join(dataDir, 'blobs'), await listFiles(repository, snapshot));
  if (isSmall) return checkFiles(join(place, 'blobs'));
  const night = Math.floor(scope.now().getTime() / DAY_MS) % NIGHTS;
  const share = [...Array(FOLDERS).keys()].filter((n) => n % NIGHTS === night).map((n) => n.toString(16).padStart(2, '0'));
  let compared = 0;
  // A sixteenth of them at a time, so that little lies on the disk twice.
  for (const folders of Map.groupBy(share, (name) => name.charAt(0)).values()) {
    const includes = folders.flatMap((name) => ['--include', `/blobs/${name}`]);
    await restic(repository, ['restore', snapshot, '--target', join(place, 'files'), ...includes]);
    compared += await checkFiles(join(place, 'files/blobs'));
    await rm(join(place, 'files'), { recursive: true, force: true });
  }
  return compared;
}

/** Name and size of every stored file of the snapshot. */
async function listFiles(repository: Repository, snapshot: string): Promise<ReadonlyMap<string, number>> {
  const listed = new Map<string, number>();
  const onLine = (line: string): void => {
    const node: { type?: string; path?: string; size?: number } = JSON.parse(line);
    const [, folder, rest] = /^\/blobs\/([0-9a-f]{2}|trash)\/([0-9a-f]{62,64})$/.exec(node.path ?? '') ?? [];
    if (node.type !== 'file' || folder === undefined || rest === undefined) return;
    listed.set(folder === 'trash' ? rest : folder + rest, node.size ?? 0);
  };
  await restic(repository, ['ls', '--json', snapshot], { onLine });
  return listed;
}

async function mustHoldAll(scope: Scope, dir: string, listed: ReadonlyMap<string, number>): Promise<void> {
  const wrong: string[] = [];
  for await (const page of storedFiles(scope))
    for (const { sha256, bytes } of page) {
      const found = listed.get(sha256);
      // One that the store itself has lost is the ledger's alarm, and no backup can bring it.
      if (found !== bytes && (found !== undefined || existsSync(blobPath(dir, sha256)))) wrong.push(sha256);
    }
  if (wrong.length > 0)
    throw new BackupError(`${wrong.length} stored files are not in the backup, the first is ${wrong[0]}.`, undefined, 'differs');
}
