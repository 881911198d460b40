import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { blobPath } from '../blobs/blobs.ts';
import { openPiece, storePiece } from './log-segments.ts';

/** What is older is in a backup: none for 26 hours is an alarm. */
const FRESH_MS = 48 * 3_600_000;
/** A shipped log goes back seven days, and its oldest copy may be a day older. */
const KEPT_MS = 9 * 86_400_000;
const FILES = 'blobs';

/** Ships stored files as they are written; a folder is read only when something in it changed. */
export function createFileShipper(blobs: string, dir: string, key: string, now: () => number): () => Promise<void> {
  const seen = new Map<string, number>();
  const done = new Set<string>();
  let tidiedAt = 0;
  const target = join(dir, FILES);
  return async () => {
    await mkdir(target, { recursive: true, mode: 0o700 });
    if (tidiedAt === 0) for (const name of await readdir(target)) if (/^[0-9a-f]{64}\.age$/.test(name)) done.add(name.slice(0, 64));
    if (now() - tidiedAt > 3_600_000) {
      tidiedAt = now();
      await forget(target, done, now() - KEPT_MS);
    }
    for (const folder of (await readdir(blobs).catch(() => [])).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
      const { mtimeMs } = await stat(join(blobs, folder));
      if (seen.get(folder) === mtimeMs) continue;
      for (const rest of await readdir(join(blobs, folder))) {
        const sha256 = folder + rest;
        if (!/^[0-9a-f]{64}$/.test(sha256) || done.has(sha256)) continue;
        const found = await stat(join(blobs, folder, rest)).catch(() => null);
        if (found && now() - found.mtimeMs < FRESH_MS)
          await storePiece(join(target, `${sha256}.age`), key, createReadStream(join(blobs, folder, rest)));
        done.add(sha256);
      }
      // One that is added in the same instant is not missed: the folder is read once more.
      if (now() - mtimeMs > 2_000) seen.set(folder, mtimeMs);
    }
  };
}

/** Puts the shipped files beside those that a backup brought. */
export async function unpackFiles(dir: string, key: string, blobs: string): Promise<void> {
  for (const name of await readdir(join(dir, FILES)).catch(() => [])) {
    const sha256 = /^([0-9a-f]{64})\.age$/.exec(name)?.[1];
    if (!sha256) continue;
    const path = blobPath(blobs, sha256);
    if (await stat(path).catch(() => null)) continue;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await pipeline(openPiece(join(dir, FILES, name), key), createWriteStream(`${path}.part`, { mode: 0o600 }));
    await rename(`${path}.part`, path);
  }
}

async function forget(target: string, done: Set<string>, since: number): Promise<void> {
  for (const name of await readdir(target)) {
    const found = await stat(join(target, name)).catch(() => null);
    if (!found || found.mtimeMs > since) continue;
    await rm(join(target, name), { force: true });
    done.delete(name.slice(0, 64));
  }
}
