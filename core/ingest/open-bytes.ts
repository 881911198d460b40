import { createReadStream, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';

/** Read at once, which costs a worker thread less than the three waits of a stream. */
const SMALL_BYTES = 256 * 1024;

/** The bytes of a stored file that has this many. For worker threads: a small one is read while the thread waits, and named in `used`. */
export const openBytes = (path: string, bytes: number, used: Uint8Array[]): Readable =>
  bytes <= SMALL_BYTES ? openWhole(path, used) : createReadStream(path);

/** The same in one piece, for who needs all of it at once: pieces of a large one would lie about as garbage beside the whole. */
export function openWhole(path: string, used: Uint8Array[]): Readable {
  const whole = readFileSync(path);
  used.push(whole);
  return Readable.from([whole]);
}
