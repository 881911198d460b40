import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileWhole } from '../lib/write-whole.ts';

/** What a restore is about to do, on disk before it does it. */
const SWAP = z.object({
  /** Folders inside the data folder: the new data, and where the old goes. */
  from: z.string().regex(/^restore-\d+$/),
  before: z.string().regex(/^before-restore-\d+$/),
  /**
   * `ready`: fetched and checked, the server makes way; `database`: the schema is being filled, and a crash means going back; `files`:
   * everything is checked, and a crash means going on; `answer`: done, but the new data has not answered yet; `back`: it could not.
   */
  phase: z.enum(['ready', 'database', 'files', 'answer', 'back']),
  /** Of PostgreSQL: the schema, and what the old one is called meanwhile. */
  schema: z.object({ name: z.string(), before: z.string() }).nullable(),
  /** What the new data brings. */
  names: z.array(z.string()).default([]),
  /** Of a restore that was begun in the browser: the old data comes back when the new one does not answer. */
  ticket: z.string().nullable().default(null),
});
export type Swap = z.infer<typeof SWAP>;
/** Who restores from the command line sees for himself, so the last two may be missing. */
export type SwapInput = z.input<typeof SWAP>;

const journal = (dataDir: string): string => join(dataDir, 'restoring.json');

/** Notes what is about to change places; durable when it returns. */
export async function beginSwap(dataDir: string, swap: SwapInput): Promise<void> {
  await writeFileWhole(journal(dataDir), JSON.stringify(swap));
  await sync(dataDir);
}

/** Lets old and new data change places, from wherever it was interrupted. */
export async function finishSwap(dataDir: string): Promise<void> {
  const swap = pendingSwap(dataDir);
  if (!swap) return;
  const { from, before } = swap;
  const place = join(dataDir, from);
  await mkdir(join(dataDir, before), { recursive: true, mode: 0o700 });
  for (const name of await readdir(place).catch(() => [])) {
    // The log of a database would be played into the new one.
    for (const old of [`${name}-wal`, `${name}-shm`, name]) await moveIfThere(join(dataDir, old), join(dataDir, before, old));
    await rename(join(place, name), join(dataDir, name));
  }
  await sync(dataDir);
  await rm(place, { recursive: true, force: true });
  // On a new machine there was nothing to keep: only an empty folder goes by this.
  await rmdir(join(dataDir, before)).catch(() => {});
  await (swap.ticket === null ? endSwap(dataDir) : beginSwap(dataDir, { ...swap, phase: 'answer' }));
}

/** Puts the old files back, from wherever that was interrupted; the new ones are gone then. */
export async function unswapFiles(dataDir: string, { from, before, names }: Swap): Promise<void> {
  const [place, old] = [join(dataDir, from), join(dataDir, before)];
  await mkdir(place, { recursive: true, mode: 0o700 });
  for (const name of names) {
    const parts = [`${name}-wal`, `${name}-shm`, name];
    // The thing itself goes last, so that it tells how far this was.
    if (!existsSync(join(place, name))) for (const part of parts) await moveIfThere(join(dataDir, part), join(place, part));
    for (const part of parts) await moveIfThere(join(old, part), join(dataDir, part));
  }
  await sync(dataDir);
  for (const folder of [place, old]) await rm(folder, { recursive: true, force: true });
}

/** What an interrupted restore had noted; null where there is nothing. */
export const pendingSwap = (dataDir: string): Swap | null =>
  existsSync(journal(dataDir)) ? SWAP.parse(JSON.parse(readFileSync(journal(dataDir), 'utf8'))) : null;

/** Whether a restore is changing places now, or was interrupted while it did: what is there is neither the old data nor the new. */
export const isHalfRestored = (dataDir: string): boolean => {
  const phase = pendingSwap(dataDir)?.phase;
  return phase === 'database' || phase === 'files' || phase === 'back';
};

/** Forgets what was noted. */
export const endSwap = (dataDir: string): Promise<void> => rm(journal(dataDir), { force: true });

async function moveIfThere(from: string, to: string): Promise<void> {
  if (existsSync(from) && !existsSync(to)) await rename(from, to);
}

async function sync(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  await folder.sync();
  await folder.close();
}
