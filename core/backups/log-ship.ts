import { openSync, readSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { holdLog } from '../db/held-log.ts';
import { BASES, baseName, type Mark, noteReach, piecesOf, segmentName, storePiece } from './log-segments.ts';
import { readCommits, type WalCursor, walStart } from './wal.ts';

export interface ShipParts {
  readonly file: string;
  /** Where it is written: the folder of the backups, or one from which it is moved on. */
  readonly dir: string;
  /** The recovery key. */
  readonly key: string;
  readonly now: () => number;
  /** Brings away the stored files that were written by now: before the rows that name them. */
  readonly files: () => Promise<void>;
}

export interface Shipper {
  /** Notes what was committed by now. */
  look(): void;
  /** Brings away what was noted; the database itself first, where the log alone would not do. */
  ship(): Promise<void>;
  close(): void;
}

/** A log of this size is put into the database, and begins anew. */
const ROTATE_BYTES = 16 * 1024 ** 2;
const READ_BYTES = 1 << 20;
const DAY_MS = 86_400_000;

/**
 * Ships the write-ahead log of a database while another process works with it. A *generation* is a copy of the database file, made while it
 * changes, and every commit from the log's beginning on: whatever changes in the file meanwhile is in the log too, so that both together
 * are any moment after the copy was complete. When a log began anew that was not read to its end, there is a new generation. Each day there is a new copy in the same one.
 *
 * In a process of its own: closing a file releases what SQLite locked in it (https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_),
 * so both files stay open for as long as it lives.
 */
export function createShipper({ file, dir, key, now, files }: ShipParts): Shipper {
  const held = holdLog(file);
  const database = openSync(file, 'r');
  let log: number | null = null;
  let cursor: WalCursor | null = null;
  let run: Run | null = null;
  let waiting: Buffer[] = [];
  let marks: Mark[] = [];
  let isCopying = false;
  /** So long the log may be; more after a reader stood in the way. */
  let mostBytes = ROTATE_BYTES;

  const take = (): void => {
    if (log === null || cursor === null) return;
    const { frames, cursor: next } = readCommits(log, cursor);
    cursor = next;
    if (frames.length === 0) return;
    waiting.push(frames);
    marks.push([now(), (marks.at(-1)?.[1] ?? 0) + frames.length]);
  };

  const look = (): void => {
    if (run === null || log === null || cursor === null) return;
    if (walStart(log)?.salt !== cursor.salt) {
      run = null;
      return;
    }
    take();
    if (cursor.offset > mostBytes) rotate(run);
  };

  const rotate = (mine: Run): void => {
    const isNew = held.beginAnew(take);
    mostBytes = isNew ? ROTATE_BYTES : mostBytes + ROTATE_BYTES / 4;
    const next = isNew && log !== null ? walStart(log) : null;
    // One more than before: nobody else began another one in between.
    if (!next || !cursor || saltOf(next) !== (saltOf(cursor) + 1) >>> 0) return;
    cursor = next;
    mine.logFrom = mine.seq + 1;
  };

  const begin = async (): Promise<void> => {
    held.begin();
    log ??= openSync(`${file}-wal`, 'r');
    cursor = walStart(log);
    [waiting, marks] = [[], []];
    const id = now();
    for (const place of [piecesOf(id), BASES]) await mkdir(join(dir, place), { recursive: true, mode: 0o700 });
    await noteReach(dir, id, 0);
    run = { id, seq: 0, logFrom: 1, copiedAt: 0 };
  };

  const copy = async (mine: Run): Promise<void> => {
    const { logFrom } = mine;
    const copied = join(dir, BASES, 'copy');
    await storePiece(copied, key, Readable.from(copyOf(database)));
    look();
    if (run !== mine) return;
    const complete = now();
    await flush();
    await rename(copied, join(dir, BASES, baseName(mine.id, complete, logFrom)));
    mine.copiedAt = complete;
    await noteReach(dir, mine.id, complete);
  };

  const flush = async (): Promise<void> => {
    const mine = run;
    if (mine === null || cursor === null) return files();
    const [frames, head] = [waiting, `${JSON.stringify({ pageSize: cursor.pageSize, marks })}\n`];
    const isEmpty = marks.length === 0;
    [waiting, marks] = [[], []];
    if (!isEmpty) mine.seq += 1;
    const path = join(dir, piecesOf(mine.id), segmentName(mine.seq));
    try {
      await files();
      if (!isEmpty) await storePiece(path, key, Readable.from([Buffer.from(head), ...frames]));
    } catch (error) {
      // What is not brought away now is missing from this one for ever.
      run = null;
      throw error;
    }
  };

  return {
    look,
    ship: async () => {
      const seen = now();
      look();
      const mine = run;
      await flush();
      if (mine !== null && mine === run && mine.copiedAt > 0) await noteReach(dir, mine.id, seen);
      if (isCopying || (run !== null && now() - run.copiedAt < DAY_MS)) return;
      isCopying = true;
      try {
        if (run === null) await begin();
        if (run !== null) await copy(run);
      } finally {
        isCopying = false;
      }
    },
    close: held.close,
  };
}

/** What was shipped without a gap, with a copy of the database each day. */
interface Run {
  /** When it began. */
  readonly id: number;
  /** Of the newest piece. */
  seq: number;
  /** The piece in which the log that is current begins: where replaying onto a copy made now starts. */
  logFrom: number;
  copiedAt: number;
}

const saltOf = ({ salt }: WalCursor): number => Number.parseInt(salt.slice(0, 8), 16);

/** Piece by piece as it is; what changes meanwhile is in the log. */
function* copyOf(fd: number): Generator<Buffer> {
  for (let at = 0; ; at += READ_BYTES) {
    const part = Buffer.allocUnsafe(READ_BYTES);
    const read = readSync(fd, part, 0, READ_BYTES, at);
    if (read > 0) yield part.subarray(0, read);
    if (read < READ_BYTES) return;
  }
}
