import { readSync } from 'node:fs';

/** How far a write-ahead log of SQLite was read (https://sqlite.org/fileformat2.html#walformat). */
export interface WalCursor {
  /** Of the log's header: another one is another log, which begins anew in the same file. */
  readonly salt: string;
  readonly pageSize: number;
  readonly offset: number;
  /** Over everything before `offset`. */
  readonly sum: readonly [number, number];
  readonly isLittle: boolean;
}

const HEADER = 32;
const FRAME = 24;
const MAGIC = 0x377f0682;
const MAX_READ = 8 * 1024 ** 2;

/** The beginning of the log as it is now; null while there is none that is whole. */
export function walStart(fd: number): WalCursor | null {
  const header = readAt(fd, 0, HEADER);
  if (header.length < HEADER) return null;
  const magic = header.readUInt32BE(0);
  if (magic !== MAGIC && magic !== MAGIC + 1) return null;
  const isLittle = magic === MAGIC;
  const sum = summed([0, 0], header.subarray(0, 24), isLittle);
  if (sum[0] !== header.readUInt32BE(24) || sum[1] !== header.readUInt32BE(28)) return null;
  return { salt: header.toString('hex', 16, 24), pageSize: header.readUInt32BE(8), offset: HEADER, sum, isLittle };
}

/**
 * What was committed since: whole frames up to the last commit that is whole, as they lie in the log, and how far that is. Frames that a
 * writer is still at, or that are left of the log before, have another salt or a wrong sum and are not taken.
 */
export function readCommits(fd: number, cursor: WalCursor): { readonly frames: Buffer; readonly cursor: WalCursor } {
  const size = FRAME + cursor.pageSize;
  const most = Math.max(size, MAX_READ - (MAX_READ % size));
  const parts: Buffer[] = [];
  let at = cursor;
  let committed = cursor;
  let ready = 0;
  for (;;) {
    const bytes = readAt(fd, at.offset, most);
    const whole = bytes.length - (bytes.length % size);
    let used = 0;
    for (; used < whole; used += size) {
      const frame = bytes.subarray(used, used + size);
      if (frame.toString('hex', 8, 16) !== cursor.salt) break;
      const sum = summed(summed(at.sum, frame.subarray(0, 8), at.isLittle), frame.subarray(FRAME), at.isLittle);
      if (sum[0] !== frame.readUInt32BE(16) || sum[1] !== frame.readUInt32BE(20)) break;
      at = { ...at, offset: at.offset + size, sum };
      if (frame.readUInt32BE(4) > 0) committed = at;
    }
    if (used > 0) parts.push(bytes.subarray(0, used));
    ready += used;
    if (used < most) break;
  }
  const frames = Buffer.concat(parts, ready).subarray(0, committed.offset - cursor.offset);
  return { frames, cursor: committed };
}

export interface Frame {
  readonly page: number;
  /** Pages of the database after the commit that ends here; 0: it goes on. */
  readonly commit: number;
  readonly data: Buffer;
}

/** The frames of what `readCommits` answered. */
export function* framesOf(frames: Buffer, pageSize: number): Generator<Frame> {
  const size = FRAME + pageSize;
  for (let at = 0; at + size <= frames.length; at += size)
    yield { page: frames.readUInt32BE(at), commit: frames.readUInt32BE(at + 4), data: frames.subarray(at + FRAME, at + size) };
}

function readAt(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(length);
  const read = readSync(fd, buffer, 0, length, position);
  return buffer.subarray(0, read);
}

/** SQLite's own checksum: two sums over pairs of words, in the byte order that the header names. */
function summed([first, second]: readonly [number, number], bytes: Buffer, isLittle: boolean): readonly [number, number] {
  let [a, b] = [first, second];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + view.getUint32(at, isLittle) + b) >>> 0;
    b = (b + view.getUint32(at + 4, isLittle) + a) >>> 0;
  }
  return [a, b];
}
