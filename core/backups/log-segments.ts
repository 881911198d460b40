import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress, type ZstdDecompress } from 'node:zlib';
import { ageDecrypt, ageEncrypt } from './age.ts';

/** Where it lies inside of the place that backups go to. */
export const LOG_DIR = 'centrala-log';
/** The recovery key has enough bits of its own, and there are many files. */
const LOG_N = 4;

/** Everything up to this length of a segment had been committed by then, in milliseconds since 1970. */
export type Mark = readonly [at: number, bytes: number];

/**
 * A *run* is what was shipped without a gap, called by the moment at which it began: numbered pieces of the log, copies of the database
 * onto which they are replayed, and a note up to when nothing is missing. Stored files are there once for all runs.
 */
export const BASES = 'bases';
export const REACHES = 'reaches';
export const FILES = 'files';
export const piecesOf = (run: number): string => `pieces/${run}`;

export const segmentName = (seq: number): string => `${String(seq).padStart(10, '0')}.age`;
export const isSegment = (name: string): boolean => /^\d{10}\.age$/.test(name);

/** A copy of the database that was complete at that moment, and the piece from which the log is replayed onto it. */
export interface Base {
  readonly name: string;
  readonly run: number;
  readonly at: number;
  readonly from: number;
}

export const baseName = (run: number, at: number, from: number): string => `${run}-${at}-${from}.age`;

export function parseBase(name: string): Base | null {
  const [, run, at, from] = /^(\d+)-(\d+)-(\d+)\.age$/.exec(name) ?? [];
  return run && at && from ? { name, run: Number(run), at: Number(at), from: Number(from) } : null;
}

/** Everything that was committed by `to` is here; 0 before there is anything that could be used. */
export interface Reach {
  readonly name: string;
  readonly run: number;
  readonly to: number;
}

export function parseReach(name: string): Reach | null {
  const [, run, to] = /^(\d+)-(\d+)$/.exec(name) ?? [];
  return run && to ? { name, run: Number(run), to: Number(to) } : null;
}

export const fileName = (at: number, sha256: string): string => `${at}-${sha256}.age`;

export function parseFile(name: string): { readonly name: string; readonly at: number; readonly sha256: string } | null {
  const [, at, sha256] = /^(\d+)-([0-9a-f]{64})\.age$/.exec(name) ?? [];
  return at && sha256 ? { name, at: Number(at), sha256 } : null;
}

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

/** Notes in the folder `dir` how far this run reaches by now. */
export async function noteReach(dir: string, run: number, to: number): Promise<void> {
  const place = join(dir, REACHES);
  await mkdir(place, { recursive: true, mode: 0o700 });
  const name = `${run}-${to}`;
  await writeFile(join(place, name), '', { mode: 0o600 });
  for (const one of await readdir(place)) if (one !== name && parseReach(one)?.run === run) await rm(join(place, one), { force: true });
}
