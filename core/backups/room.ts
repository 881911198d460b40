import { statfs } from 'node:fs/promises';
import { BackupError } from './backup-error.ts';

/** Stays free, so that mail goes on coming in meanwhile. */
const SPARE_BYTES = 256 * 1024 ** 2;
const LOOK_BYTES = 64 * 1024 ** 2;

/** Whether so many bytes more leave enough free on the disk of `dir`. */
export const hasRoom = async (dir: string, bytes: number): Promise<boolean> => (await freeBytes(dir)) > bytes + SPARE_BYTES;

/** Raises BackupError unless so many bytes more leave `spare` free on the disk of `dir`. `what` begins its sentence: "This restore". */
export async function mustHaveRoom(dir: string, bytes: number, what: string, spare: number = SPARE_BYTES): Promise<void> {
  const [free, needed] = [await freeBytes(dir), bytes + spare];
  if (free > needed) return;
  throw new BackupError(
    `${what} needs ${megabytes(needed)} free, and ${dir} has ${megabytes(free)}.`,
    'Make room on this disk.',
    'no_room',
  );
}

/** For what is written there and nobody knows how long it is: called with the length of each part, it looks now and then, the first time at once. */
export function roomWatch(dir: string, what: string): (written: number) => Promise<void> {
  let sinceLook = LOOK_BYTES;
  return async (written) => {
    sinceLook += written;
    if (sinceLook < LOOK_BYTES) return;
    sinceLook = 0;
    await mustHaveRoom(dir, 0, what);
  };
}

async function freeBytes(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1024 ** 2)} MB`;
