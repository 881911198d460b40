import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileWhole } from '../lib/write-whole.ts';

const NOTE = z.object({ place: z.string() });

/** In no backup: a restored machine begins without. */
const path = (dataDir: string): string => join(dataDir, 'backup-place.json');

/** Notes that this place has backups: a disk that is not mounted looks like a place that never had any. */
export async function noteKnown(dataDir: string, place: string): Promise<void> {
  if (!isKnown(dataDir, place)) await writeFileWhole(path(dataDir), JSON.stringify({ place }));
}

/** Whether there were backups when it was opened last. */
export function isKnown(dataDir: string, place: string): boolean {
  try {
    return NOTE.parse(JSON.parse(readFileSync(path(dataDir), 'utf8'))).place === place;
  } catch {
    return false;
  }
}

/** Somebody says anew where backups go: they may begin there. */
export const forgetKnown = (dataDir: string): void => rmSync(path(dataDir), { force: true });
