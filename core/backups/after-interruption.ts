import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseTarget } from '../db/connect.ts';
import { undoSchema } from './restore-schema.ts';
import { endSwap, finishSwap, pendingSwap } from './swap.ts';

/** At every start, before anything is opened: what an interrupted restore left is finished, or undone where its database was not complete. */
export async function afterInterruption(dataDir: string, target: DatabaseTarget): Promise<'finished' | 'undone' | null> {
  const swap = pendingSwap(dataDir);
  if (!swap) return null;
  if (swap.phase === 'files') {
    await finishSwap(dataDir);
    return 'finished';
  }
  if (swap.schema) await undoSchema(target, swap.schema);
  await rm(join(dataDir, swap.from), { recursive: true, force: true });
  await endSwap(dataDir);
  return 'undone';
}
