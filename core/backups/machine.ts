import { randomBytes } from 'node:crypto';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const FILE = z.object({ id: z.string().regex(/^[0-9a-f]{16}$/), since: z.coerce.date(), inode: z.string() });

/** A data folder that makes backups. */
export interface Machine {
  readonly id: string;
  /** Before its first backup. */
  readonly since: Date;
}

/**
 * This data folder among others over the same place of backups, noted in a file of it that is in no backup. A copy of the folder begins anew: in
 * it the file is another one. Whoever calls has claimed the backups.
 */
export async function machineOf(dataDir: string, now: Date): Promise<Machine> {
  const path = join(dataDir, 'backup-machine.json');
  const known = await readFile(path, 'utf8')
    .then((text) => FILE.parse(JSON.parse(text)))
    .catch(() => null);
  if (known && known.inode === String((await stat(path, { bigint: true })).ino)) return { id: known.id, since: known.since };
  const machine = { id: randomBytes(8).toString('hex'), since: now };
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    const inode = String((await file.stat({ bigint: true })).ino);
    await file.writeFile(JSON.stringify({ ...machine, inode }));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  return machine;
}
