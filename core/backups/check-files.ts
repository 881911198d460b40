import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { blobPath } from '../blobs/blobs.ts';
import type { DatabaseTarget } from '../db/connect.ts';
import { checkIn, type FileCheck } from '../db/file-check.ts';
import type { Scope } from '../db/scope.ts';
import { storedFiles } from '../ledger/stored-files.ts';
import { BackupError } from './backup-error.ts';
import { copyName } from './copy-database.ts';
import { fingerprint, type Manifest, STAGE, wrongFiles } from './manifest.ts';
import { isLeftOut } from './stage.ts';

const AT_ONCE = 8;

/**
 * At the top only names that a backup of ours has, or it raises. Links and pipes that somebody had put into the data folder go: only folders and
 * plain files stay, and nothing leads out of the folder.
 */
export async function keepOurs(place: string): Promise<void> {
  for (const name of await readdir(place)) if (name !== STAGE && isLeftOut(name)) throw foreign(name);
  for (const entry of await readdir(place, { recursive: true, withFileTypes: true }))
    if (!entry.isFile() && !entry.isDirectory()) await rm(join(entry.parentPath, entry.name));
}

const foreign = (name: string): BackupError =>
  new BackupError(`This backup has something that no backup of ours has (${name}).`, 'Choose another one: centrala backup list');

/** What is wrong with what was staged for a backup: files that are not those of its manifest, and pages of SQLite, one sentence each. */
export async function wrongStage(
  staged: string,
  manifest: Manifest,
  target: DatabaseTarget,
  how: FileCheck['how'],
): Promise<readonly string[]> {
  const pages = target.url === null ? checkIn({ file: join(staged, copyName(target)), how }) : [];
  // Both read the database from end to end, each in a thread of its own; one that was changed need not be readable.
  const [changed, broken] = await Promise.allSettled([wrongFiles(staged, manifest), pages]);
  if (changed.status === 'rejected') throw changed.reason;
  if (changed.value.length > 0) return changed.value;
  if (broken.status === 'rejected') throw broken.reason;
  return broken.value;
}

/** Reads every stored file and compares it with its name. Answers how many there are. */
export async function checkFiles(blobs: string): Promise<number> {
  let files = 0;
  for (const folder of await readdir(blobs).catch(() => [])) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    const names = await readdir(join(blobs, folder));
    await eachOf(names, async (rest) => {
      const { sha256 } = await fingerprint(join(blobs, folder, rest));
      if (sha256 !== folder + rest) throw new BackupError(`This backup is not whole: the stored file ${folder}${rest} was changed.`);
    });
    files += names.length;
  }
  return files;
}

/** Several at once: most are small, and opening one takes longer than reading it. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}

/** How many stored files that the database names are not there, nor among those put aside: their store had lost them before the backup. */
export async function countLost(scope: Scope, blobs: string): Promise<number> {
  let lost = 0;
  for await (const page of storedFiles(scope))
    await eachOf(page, async ({ sha256, bytes }) => {
      const found = (await sizeOf(blobPath(blobs, sha256))) ?? (await sizeOf(join(blobs, 'trash', sha256)));
      if (found !== bytes) lost += 1;
    });
  return lost;
}

const sizeOf = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ size }) => size,
    () => null,
  );
