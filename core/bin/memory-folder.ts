import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const IN_MEMORY = '/dev/shm';
const PREFIX = 'centrala-tests-';
/** What a run of the tests has on its disk at one time, several times over. */
const NEEDED_BYTES = 4 * 1024 ** 3;

/**
 * A new folder for the temporary files of this process, in memory, where making and removing files costs a tenth. Null where the machine has
 * no such place, it is too small (that of a container has 64 MB), or nothing may be started from it. What processes left that were killed goes.
 */
export function memoryFolder(place = IN_MEMORY): string | null {
  const path = join(place, `${PREFIX}${process.pid}`);
  try {
    for (const name of readdirSync(place)) if (name.startsWith(PREFIX) && !isAlive(name)) rmSync(join(place, name), { recursive: true });
    const { bavail, bsize } = statfsSync(place);
    if (Math.min(bavail * bsize, process.availableMemory()) < NEEDED_BYTES) return null;
    mkdirSync(path);
    // Servers that run as a user of their own go through it.
    chmodSync(path, 0o1777);
    const program = join(path, 'try');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
    if (spawnSync(program).status === 0) return path;
  } catch {
    // There is the disk.
  }
  rmSync(path, { recursive: true, force: true });
  return null;
}

const isAlive = (name: string): boolean => existsSync(`/proc/${name.slice(PREFIX.length)}`);
