import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import { ageDecrypt, ageEncrypt } from './age.ts';
import { BackupError } from './backup-error.ts';
import { claimBackups } from './claim.ts';
import { complained } from './complaints.ts';
import { MANIFEST, MANIFEST_SCHEMA, type Manifest, STAGE } from './manifest.ts';
import { roomWatch } from './room.ts';
import { type StageParts, stage } from './stage.ts';
import { END, padding, readTar, type TarEntry, tarHeader } from './tar.ts';

/** Everything of one moment as one file: tar, then zstd, then age under the recovery key. */
export interface ArchiveParts extends StageParts {
  readonly key: string;
}

const READ_BYTES = 1 << 20;

/**
 * Lets `work` have the copy of one moment that a backup takes, while mail goes on coming in; holds up its process. Raises BackupError while
 * another backup is under way.
 */
export async function withStage<T>(parts: ArchiveParts, work: (names: readonly string[]) => Promise<T>): Promise<T> {
  const { dataDir } = parts;
  const claim = claimBackups(dataDir);
  try {
    return await work(await stage(parts));
  } finally {
    await rm(join(dataDir, STAGE), { recursive: true, force: true });
    claim.release();
  }
}

/** Writes the archive of these names of the data folder, a piece at a time. */
export function writeArchive({ dataDir, key, scope }: ArchiveParts, names: readonly string[], out: Writable): Promise<void> {
  return pipeline(Readable.from(packed(dataDir, names, scope.now())), createZstdCompress(), ageEncrypt(key), out);
}

const LEFT = 'Another backup is writing it, or one that was cut short has left it: then remove it.';
const isThere = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EEXIST';

/** Under another name until it is whole. */
export async function writeArchiveFile(parts: ArchiveParts, names: readonly string[], file: string): Promise<void> {
  const part = `${file}.part`;
  const opened = await open(part, 'wx', 0o600).catch((error: unknown) => {
    throw isThere(error) ? new BackupError(`${part} is there already.`, LEFT) : complained(dirname(file), error);
  });
  const out = opened.createWriteStream({ flush: true });
  let why: unknown = null;
  out.once('error', (error) => {
    why = complained(dirname(file), error);
  });
  try {
    await writeArchive(parts, names, out);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw why ?? error;
  }
}

/** The files of an archive. Raises BackupError when the key does not open it, or it is cut, altered or none of ours. */
export async function* readArchive(file: string, key: string): AsyncGenerator<TarEntry> {
  const plain = createZstdDecompress();
  // Its end is that of `plain`, which is read here.
  pipeline(createReadStream(file, { highWaterMark: READ_BYTES }), ageDecrypt(key), plain).catch(() => {});
  try {
    yield* readTar(plain);
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ZSTD'))
      throw new BackupError('This archive is damaged.', undefined, 'differs');
    throw error;
  }
}

/** What an archive says about itself: its first file. */
export async function archiveManifest(file: string, key: string): Promise<Manifest> {
  for await (const { name, body } of readArchive(file, key)) {
    const text = name === `${STAGE}/${MANIFEST}` ? Buffer.concat(await Array.fromAsync(body)).toString() : '';
    const parsed = MANIFEST_SCHEMA.safeParse(readable(text));
    if (parsed.success) return parsed.data;
    break;
  }
  throw new BackupError('This archive has no manifest of ours.', 'Choose another one.', 'differs');
}

/** Reads an archive to its end and compares each file with what the manifest or its name says. Raises BackupError at the first difference. */
export async function verifyArchive(file: string, key: string): Promise<{ readonly manifest: Manifest; readonly files: number }> {
  const manifest = await archiveManifest(file, key);
  const stated = new Map(manifest.files.map(({ name, sha256 }) => [`${STAGE}/${name}`, sha256]));
  let files = 0;
  for await (const { name, body } of readArchive(file, key)) {
    const hash = createHash('sha256');
    for await (const part of body) hash.update(part);
    const sha256 = hash.digest('hex');
    const blob = /^blobs\/([0-9a-f]{2}\/[0-9a-f]{62})$/.exec(name)?.[1]?.replace('/', '');
    if (blob !== undefined) files += 1;
    const wanted = blob ?? stated.get(name) ?? sha256;
    if (wanted !== sha256) throw new BackupError(`${name} was changed while it was kept.`, 'Try again.', 'differs');
    stated.delete(name);
  }
  if (stated.size > 0) throw new BackupError(`The archive has no ${[...stated.keys()][0]}.`, 'Try again.', 'differs');
  return { manifest, files };
}

function readable(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Lays an archive out in an empty folder, never outside it, and stops while there is room for mail. */
export async function unpackArchive(file: string, key: string, place: string): Promise<void> {
  const watch = roomWatch(place, 'All that is in this archive');
  for await (const { name, body } of readArchive(file, key)) {
    const path = join(place, name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const guarded = async function* (): AsyncGenerator<Buffer> {
      for await (const part of body) {
        await watch(part.length);
        yield part;
      }
    };
    await pipeline(Readable.from(guarded()), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  }
}

async function* packed(dataDir: string, names: readonly string[], at: Date): AsyncGenerator<Buffer> {
  // The manifest first: it says whether the rest can be used at all.
  const manifest = `${STAGE}/${MANIFEST}`;
  yield* packedFile(dataDir, manifest, at);
  for (const name of names) for await (const path of files(dataDir, name)) if (path !== manifest) yield* packedFile(dataDir, path, at);
  yield END;
}

/** In the order of their names: what is put aside meanwhile (blobs/trash) comes after the place that it was in. */
async function* files(dataDir: string, name: string): AsyncGenerator<string> {
  if (name === 'blobs/incoming') return;
  const found = await lstat(join(dataDir, name)).catch(() => null);
  if (found?.isFile()) yield name;
  if (!found?.isDirectory()) return;
  for (const inner of (await readdir(join(dataDir, name))).sort()) yield* files(dataDir, `${name}/${inner}`);
}

/** As long as it was when it was opened. One that is gone by now was moved aside or cleared away. */
async function* packedFile(dataDir: string, name: string, at: Date): AsyncGenerator<Buffer> {
  const file = await open(join(dataDir, name), 'r').catch(() => null);
  if (file === null) return;
  try {
    const { size } = await file.stat();
    yield tarHeader(name, size, at);
    let done = 0;
    if (size > 0)
      for await (const part of file.createReadStream({ end: size - 1, highWaterMark: READ_BYTES, autoClose: false })) {
        done += part.length;
        yield part;
      }
    if (done !== size) throw new BackupError(`${name} became shorter while it was read.`, 'Try again.');
    yield padding(size);
  } finally {
    await file.close();
  }
}
