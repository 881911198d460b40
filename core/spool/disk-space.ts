import { statfs } from 'node:fs/promises';

const MIN_FREE_BYTES = 200 * 1024 * 1024;
const REMEMBERED_MS = 1000;

export interface DiskState {
  readonly freeBytes: number;
  readonly neededBytes: number;
  /** Nothing new is taken until there is room again. */
  readonly isFull: boolean;
}

/** How much room the data folder has; asked of the system once a second at most. */
export interface DiskSpace {
  /** For messages up to this size. */
  state(maxBytes: number): Promise<DiskState>;
  /** A write just failed for want of room: what is remembered is wrong. */
  forget(): void;
}

export function watchDiskSpace(dir: string, freeBytes: (dir: string) => Promise<number> = askSystem): DiskSpace {
  let free: Promise<number> | null = null;
  let askedAt = 0;
  // A check for each mail would cost more than it tells.
  const ask = (): Promise<number> => {
    if (free === null || performance.now() - askedAt > REMEMBERED_MS) {
      askedAt = performance.now();
      const asked = freeBytes(dir);
      free = asked;
      asked.catch(() => {
        if (free === asked) free = null;
      });
    }
    return free;
  };
  return {
    state: async (maxBytes) => {
      const [freeNow, neededBytes] = [await ask(), Math.max(MIN_FREE_BYTES, 2 * maxBytes)];
      return { freeBytes: freeNow, neededBytes, isFull: freeNow < neededBytes };
    },
    forget: () => {
      free = null;
    },
  };
}

async function askSystem(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}
