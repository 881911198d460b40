import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { blobPath } from '../blobs/blobs.ts';
import type { LogPlace } from './log-place.ts';
import { FILES, fileName, openPiece, parseFile, storePiece } from './log-segments.ts';

/** What is older is in a backup: none for 26 hours is an alarm. */
const FRESH_MS = 48 * 3_600_000;
const AT_ONCE = 200;

/** Ships stored files into `dir` as they are written; a folder is read only when something in it changed. `known`: names of what was shipped before. */
export function createFileShipper(
  blobs: string,
  dir: string,
  key: string,
  now: () => number,
  known: () => Promise<readonly string[]>,
): () => Promise<void> {
  const seen = new Map<string, number>();
  let done: Set<string> | null = null;
  const target = join(dir, FILES);
  return async () => {
    if (done === null) {
      await mkdir(target, { recursive: true, mode: 0o700 });
      done = new Set([...(await known()), ...(await readdir(target))].flatMap((name) => parseFile(name)?.sha256 ?? []));
    }
    for (const folder of (await readdir(blobs).catch(() => [])).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
      const { mtimeMs } = await stat(join(blobs, folder));
      if (seen.get(folder) === mtimeMs) continue;
      for (const rest of await readdir(join(blobs, folder))) {
        const sha256 = folder + rest;
        if (!/^[0-9a-f]{64}$/.test(sha256) || done.has(sha256)) continue;
        const found = await stat(join(blobs, folder, rest)).catch(() => null);
        if (found && now() - found.mtimeMs < FRESH_MS)
          await storePiece(join(target, fileName(now(), sha256)), key, createReadStream(join(blobs, folder, rest)));
        done.add(sha256);
      }
      // One that is added in the same instant is not missed: the folder is read once more.
      if (now() - mtimeMs > 2_000) seen.set(folder, mtimeMs);
    }
  };
}

/** Puts the shipped files beside those that a backup brought. `scratch`: a folder for a while; `known`: those that are there are noted in it and not looked for again. */
export async function unpackFiles(store: LogPlace, key: string, blobs: string, scratch: string, known = new Set<string>()): Promise<void> {
  const missing = [];
  for (const one of (await store.list(FILES)).flatMap((name) => parseFile(name) ?? [])) {
    if (known.has(one.sha256)) continue;
    if (await stat(blobPath(blobs, one.sha256)).catch(() => null)) known.add(one.sha256);
    else missing.push(one);
  }
  for (let at = 0; at < missing.length; at += AT_ONCE) {
    const some = missing.slice(at, at + AT_ONCE);
    await withFetched(
      store,
      some.map(({ name }) => `${FILES}/${name}`),
      scratch,
      async (dir) => {
        for (const { name, sha256 } of some) {
          const path = blobPath(blobs, sha256);
          await mkdir(dirname(path), { recursive: true, mode: 0o700 });
          await pipeline(openPiece(join(dir, FILES, name), key), createWriteStream(`${path}.part`, { mode: 0o600 }));
          await rename(`${path}.part`, path);
        }
      },
    );
  }
}

/** Lends these of a store as files of this machine, which are gone after it. */
export async function withFetched<T>(
  store: LogPlace,
  names: readonly string[],
  scratch: string,
  work: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(scratch, 'fetched-'));
  try {
    await store.bring(names, dir);
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
