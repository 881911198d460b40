import { createHash } from 'node:crypto';
import { writeFile as callbackWriteFile, createReadStream, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { AppError } from '../lib/errors.ts';
import { sha256 as hashOf, randomToken } from '../lib/secrets.ts';
import { openTrash } from './trash.ts';

export interface StoredBlob {
  /** Lower-case hex of the content; also its name. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Files named by the SHA-256 of their content, never changed once written. Equal content is stored once. */
export interface Blobs {
  /** On disk, with its name, when this returns: survives a power cut. */
  put(content: Uint8Array | AsyncIterable<Uint8Array>): Promise<StoredBlob>;
  /** As `put` for several at once, sharing the waits for the disk. */
  putAll(contents: readonly Uint8Array[]): Promise<readonly StoredBlob[]>;
  /** Takes over a file whose bytes are already synced and whose hash is known. Safe to repeat after a crash. */
  adopt(path: string, blob: StoredBlob): Promise<void>;
  /** A stream over the bytes `start` to `end` (both included). A missing file raises `blob_missing` before any byte. */
  open(sha256: string, range?: { start: number; end: number }): Promise<Readable>;
  /** The whole content; `blob_missing` when the file is not there. */
  read(sha256: string): Promise<Buffer>;
  has(sha256: string): Promise<boolean>;
  /** Puts a file aside that nothing refers to any more; `open`, `read` and `has` bring it back for a day. */
  discard(sha256: string): Promise<void>;
  /** Brings a discarded file back; false when there is none. */
  restore(sha256: string): Promise<boolean>;
  /** Deletes what was discarded over `ageMs` ago and `isUnused` still says so about. */
  sweep(ageMs: number, isUnused: (sha256: string) => Promise<boolean>): Promise<void>;
  /** Names of all files, folder by folder; what is written meanwhile may be missing. */
  folders(): AsyncIterable<readonly string[]>;
  /** How long ago the file was written; null when it is not there. */
  ageMs(sha256: string): Promise<number | null>;
  /** Where the file is or would be. */
  path(sha256: string): string;
  /** Puts the copy of the second place over a damaged file; false when there is none. */
  renew(sha256: string): Promise<boolean>;
  /** Puts these bytes in the place of a missing or damaged file; false, and nothing changed, when they are not those of its name. */
  replace(sha256: string, content: AsyncIterable<Uint8Array>): Promise<boolean>;
}

/** Another place that has the same files, such as a bucket. */
export interface SecondPlace {
  /** Told of each new file, once it is on disk under its name. */
  stored(sha256: string): void;
  /** Null: it is not there. Raises when it does not answer. */
  get(sha256: string): Promise<AsyncIterable<Uint8Array> | null>;
}

/** The file of a stored thing is gone or unreadable: a backup may have it. */
export class BlobMissingError extends AppError {
  constructor(sha256: string, what: { name?: string; bytes?: number } = {}, options: ErrorOptions = {}) {
    const facts = [what.name, what.bytes === undefined ? undefined : `${what.bytes} bytes`, `SHA-256 ${sha256}`].filter(Boolean);
    super('blob_missing', 410, `The stored file is missing (${facts.join(', ')})`, {
      ...options,
      help: 'Bring it back from the backups: centrala ledger repair',
    });
  }
}

const writeFile = promisify(callbackWriteFile);

const HEX = /^[0-9a-f]{64}$/;

/** Path of a blob inside the store's folder: `ab/cdef…`. */
export function blobPath(dir: string, sha256: string): string {
  if (!HEX.test(sha256)) throw new Error('not a SHA-256 in hex');
  return join(dir, sha256.slice(0, 2), sha256.slice(2));
}

/**
 * Opens the store in `dir`, creating it and removing what a `put` interrupted over an hour ago left behind. What is missing here is fetched from
 * the second place.
 */
export function openBlobs(dir: string, second: SecondPlace | null = null): Blobs {
  const incoming = join(dir, 'incoming');
  prepare(incoming);
  const path = (sha256: string): string => blobPath(dir, sha256);
  const trash = openTrash(join(dir, 'trash'));
  const restore = (sha256: string): Promise<boolean> => trash.restore(sha256, path(sha256));
  const isHere = async (sha256: string): Promise<boolean> => (await exists(path(sha256))) || (await restore(sha256));
  const replace = async (sha256: string, content: AsyncIterable<Uint8Array>): Promise<boolean> => {
    const file = join(incoming, randomToken());
    const found = await writeSynced(file, content);
    if (found.sha256 === sha256) await moveInto(dir, file, path(sha256));
    else await rm(file, { force: true });
    return found.sha256 === sha256;
  };
  const renew = async (sha256: string): Promise<boolean> => {
    const content = await second?.get(sha256);
    return content ? replace(sha256, content) : false;
  };
  const has = async (sha256: string): Promise<boolean> => (await isHere(sha256)) || renew(sha256);
  const expect = async (sha256: string): Promise<void> => {
    if (await has(sha256)) return;
    throw new BlobMissingError(sha256);
  };

  const write = async (content: Uint8Array | AsyncIterable<Uint8Array>): Promise<StoredBlob & { file: string | null }> => {
    if (content instanceof Uint8Array) {
      const blob = { sha256: hashOf(content), bytes: content.byteLength };
      // One in the trash stays there to the next sweep: the new file is the same.
      if (await exists(path(blob.sha256))) return { ...blob, file: null };
      const file = join(incoming, randomToken());
      await writeWhole(file, content);
      return { ...blob, file };
    }
    const file = join(incoming, randomToken());
    return { ...(await writeSynced(file, content)), file };
  };

  const place = async (written: readonly (StoredBlob & { file: string | null })[]): Promise<void> => {
    const folders = new Set<string>();
    await Promise.all(
      written.map(async ({ file, sha256 }) => {
        const target = path(sha256);
        folders.add(dirname(target));
        if (file !== null) await moveInto(dir, file, target);
      }),
    );
    await Promise.all([...folders].map(syncFolder));
    for (const { file, sha256 } of written) if (file !== null) second?.stored(sha256);
  };

  return {
    path,
    has,
    put: async (content) => {
      const { file, sha256, bytes } = await write(content);
      await place([{ file, sha256, bytes }]);
      return { sha256, bytes };
    },
    putAll: async (contents) => {
      const written = await Promise.all(contents.map(write));
      await place(written);
      return written.map(({ sha256, bytes }) => ({ sha256, bytes }));
    },
    adopt: async (from, blob) => {
      if (await exists(from)) return place([{ ...blob, file: from }]);
      if (!(await has(blob.sha256))) throw new BlobMissingError(blob.sha256, { bytes: blob.bytes });
    },
    open: async (sha256, range) => {
      await expect(sha256);
      return createReadStream(path(sha256), range);
    },
    read: async (sha256) => {
      await expect(sha256);
      return readFile(path(sha256));
    },
    folders: async function* () {
      for (let n = 0; n < 256; n += 1) {
        const folder = n.toString(16).padStart(2, '0');
        const names = await readdir(join(dir, folder)).catch(unlessMissing);
        yield names.map((name) => folder + name).filter((name) => HEX.test(name));
      }
    },
    ageMs: async (sha256) => {
      const { mtimeMs } = (await stat(path(sha256)).catch(() => null)) ?? {};
      return mtimeMs === undefined ? null : Date.now() - mtimeMs;
    },
    discard: (sha256) => trash.put(path(sha256), sha256),
    restore,
    renew,
    replace,
    sweep: async (ageMs, isUnused) => {
      for (const sha256 of await trash.older(ageMs))
        if ((await exists(path(sha256))) || (await isUnused(sha256))) await trash.remove(sha256);
    },
  };
}

function prepare(incoming: string): void {
  mkdirSync(incoming, { recursive: true, mode: 0o700 });
  const cutoff = Date.now() - 3_600_000;
  for (const name of readdirSync(incoming)) {
    // Another process may have put it into its place by now.
    const { mtimeMs = Date.now() } = statSync(join(incoming, name), { throwIfNoEntry: false }) ?? {};
    if (mtimeMs < cutoff) rmSync(join(incoming, name), { force: true });
  }
}

/** Its folder is made by the first file that comes into it, and is on disk in `dir` before that file. */
async function moveInto(dir: string, file: string, target: string): Promise<void> {
  const isMoved = await rename(file, target)
    .then(() => true)
    .catch(unlessMissing);
  if (isMoved === true) return;
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await syncFolder(dir);
  await rename(file, target);
}

/** Nothing instead of a file or folder that is not there. */
function unlessMissing(error: unknown): [] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
  throw error;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function writeSynced(path: string, content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<StoredBlob> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx', 0o600);
  let bytes = 0;
  try {
    for await (const chunk of content) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      await file.writeFile(chunk);
    }
    await file.datasync();
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    throw error;
  }
  await file.close();
  return { sha256: hash.digest('hex'), bytes };
}

/** What `writeSynced` does, for less: no handle, and no second sum. */
async function writeWhole(path: string, content: Uint8Array): Promise<void> {
  try {
    await writeFile(path, content, { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
