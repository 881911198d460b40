import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { roomWatch } from '../backups/room.ts';
import type { Scope } from '../db/scope.ts';
import { type ReceivedFile, receiveFile } from '../lib/received-file.ts';
import { heldUploads } from './store.ts';

/** In the data folder, in no backup. */
const folderOf = (dataDir: string): string => join(dataDir, 'imports');

/** Where a file that somebody sent by the browser lies until it is taken over. */
export const uploadPath = (dataDir: string, sha256: string): string => join(folderOf(dataDir), sha256);

/** Takes a file in. Raises BackupError when there is no room, and then nothing is left of it. */
export async function keepImport(dataDir: string, content: AsyncIterable<Uint8Array>): Promise<ReceivedFile> {
  await mkdir(folderOf(dataDir), { recursive: true, mode: 0o700 });
  const pathOf = (sha256: string): string => uploadPath(dataDir, sha256);
  return receiveFile(content, join(folderOf(dataDir), 'part-'), pathOf, roomWatch(dataDir, 'This archive'));
}

const YOUNG_MS = 24 * 3_600_000;

/** Removes what no import needs, and what a process left that ended in the middle of an upload. What is young may be just about to be needed. */
export async function forgetUploads(scope: Scope, dataDir: string, youngMs = YOUNG_MS): Promise<void> {
  const held = await heldUploads(scope);
  for (const name of await readdir(folderOf(dataDir)).catch(() => [])) {
    const path = join(folderOf(dataDir), name);
    const about = held.has(name) ? null : await stat(path).catch(() => null);
    if (about && Date.now() - about.mtimeMs >= youngMs) await rm(path, { force: true });
  }
}

/** Removes the files of one import, but for those that another one needs too. */
export async function forgetFiles(scope: Scope, dataDir: string, files: readonly { readonly sha256: string }[]): Promise<void> {
  const held = await heldUploads(scope);
  for (const { sha256 } of files) if (!held.has(sha256)) await rm(uploadPath(dataDir, sha256), { force: true });
}
