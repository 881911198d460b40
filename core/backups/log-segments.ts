import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress, type ZstdDecompress } from 'node:zlib';
import { ageDecrypt, ageEncrypt } from './age.ts';

/** Where it lies inside of the folder that backups go to. */
export const LOG_DIR = 'centrala-log';
/** The recovery key has enough bits of its own, and there are many files. */
const LOG_N = 4;

/** How the folders of a shipped log are called: this and when they were begun. */
export const SHIPPED = 'log';

/** Everything up to this length of a segment had been committed by then, in milliseconds since 1970. */
export type Mark = readonly [at: number, bytes: number];

export const segmentName = (seq: number): string => `${String(seq).padStart(10, '0')}.age`;
export const isSegment = (name: string): boolean => /^\d{10}\.age$/.test(name);

/** Compressed and encrypted, under another name until it is whole and on the disk. */
export async function storePiece(path: string, key: string, content: Readable): Promise<void> {
  await pipeline(content, createZstdCompress(), ageEncrypt(key, LOG_N), createWriteStream(`${path}.part`, { mode: 0o600, flush: true }));
  await rename(`${path}.part`, path);
}

/** What `storePiece` stored. Reading it raises BackupError when it was cut or altered. */
export function openPiece(path: string, key: string): ZstdDecompress {
  const plain = createZstdDecompress();
  // Its end is that of `plain`, which the caller reads.
  pipeline(createReadStream(path), ageDecrypt(key), plain).catch(() => {});
  return plain;
}

/** A copy of the database that was complete at that moment, and the piece from which the log is replayed onto it. */
export const baseName = (at: number, from: number): string => `base-${at}-${from}.age`;

export function parseBase(name: string): { readonly name: string; readonly at: number; readonly from: number } | null {
  const [, at, from] = /^base-(\d+)-(\d+)\.age$/.exec(name) ?? [];
  return at && from ? { name, at: Number(at), from: Number(from) } : null;
}

const REACH = 'reaches';

/** Everything that was committed by then is here. */
export async function noteReach(dir: string, at: number): Promise<void> {
  await writeFile(join(dir, `${REACH}.part`), String(at), { mode: 0o600 });
  await rename(join(dir, `${REACH}.part`), join(dir, REACH));
}

/** 0: nothing that could be used. */
export const readReach = async (dir: string): Promise<number> => Number(await readFile(join(dir, REACH), 'utf8').catch(() => '0')) || 0;
