import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const BATCH = 50;
const PAUSE_MS = 5;
const BLOCK_BYTES = 512;

export interface Below {
  /** A folder that does not count, nor what is in it. */
  readonly except?: string | null;
  readonly signal?: AbortSignal | undefined;
}

/** What the entries of a folder take up on the disk, each with all that is below it, in pieces that add up; with pauses, so that others get at the disk. What goes meanwhile counts as nothing. */
export async function* bytesBelow(dir: string, { except = null, signal }: Below = {}): AsyncGenerator<{ name: string; bytes: number }> {
  for (const entry of await entriesOf(dir)) {
    const folders = [join(dir, entry.name)];
    if (!entry.isDirectory()) yield { name: entry.name, bytes: await bytesOf([folders.pop() ?? '']) };
    for (let folder = folders.pop(); folder !== undefined && !signal?.aborted; folder = folders.pop()) {
      if (folder === except) continue;
      const inside = await entriesOf(folder);
      for (const one of inside) if (one.isDirectory()) folders.push(join(folder, one.name));
      const files = inside.filter((one) => !one.isDirectory()).map((one) => join(one.parentPath, one.name));
      for (let at = 0; at < files.length && !signal?.aborted; at += BATCH) {
        yield { name: entry.name, bytes: await bytesOf(files.slice(at, at + BATCH)) };
        await wait(PAUSE_MS, undefined, { signal }).catch(() => {});
      }
    }
  }
}

const entriesOf = (dir: string): Promise<readonly Dirent[]> => readdir(dir, { withFileTypes: true }).catch(() => []);

const bytesOf = async (files: readonly string[]): Promise<number> => {
  const sizes = await Promise.all(
    files.map((file) =>
      lstat(file).then(
        ({ blocks }) => blocks * BLOCK_BYTES,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
};
