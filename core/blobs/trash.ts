import { mkdirSync } from 'node:fs';
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that nothing refers to any more, kept a day longer: whoever needs one in between, by a race or by new mail, gets it back. */
export interface Trash {
  /** Moves a file here; one that is not there is no trouble. */
  put(path: string, sha256: string): Promise<void>;
  /** Moves it back; false when it is not here. */
  restore(sha256: string, path: string): Promise<boolean>;
  /** What has been here longer than `ageMs`. */
  older(ageMs: number): Promise<readonly string[]>;
  remove(sha256: string): Promise<void>;
}

export function openTrash(dir: string): Trash {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const placeOf = (sha256: string): string => join(dir, sha256);
  return {
    put: async (path, sha256) => {
      const now = new Date();
      // The age counts from here, and before the move, so that a sweep never takes it for old.
      await utimes(path, now, now).catch(() => {});
      await moved(path, placeOf(sha256));
    },
    restore: (sha256, path) => moved(placeOf(sha256), path),
    older: async (ageMs) => {
      const names = await readdir(dir);
      const ages = await Promise.all(names.map((name) => stat(placeOf(name)).then(({ mtimeMs }) => Date.now() - mtimeMs)));
      return names.filter((_name, index) => (ages[index] ?? 0) > ageMs);
    },
    remove: (sha256) => rm(placeOf(sha256), { force: true }),
  };
}

const moved = (from: string, to: string): Promise<boolean> =>
  rename(from, to).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
      throw error;
    },
  );
