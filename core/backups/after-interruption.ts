import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { confirmFailure } from './confirm.ts';
import { readPrepared, removePrepared, writePrepared } from './prepared-file.ts';
import { changePlaces, type PlaceParts, swapBack } from './restore.ts';
import { undoSchema } from './restore-schema.ts';
import { endSwap, finishSwap, pendingSwap, type Swap } from './swap.ts';

/**
 * At every start, before anything is opened: what a restore had made ready takes its place, and what an interrupted one left is finished, or
 * undone where its database was not complete.
 */
export async function afterInterruption(parts: PlaceParts): Promise<'finished' | 'undone' | null> {
  const { dataDir, target } = parts;
  const swap = pendingSwap(dataDir);
  await clearLeftovers(dataDir, swap?.from ?? null);
  switch (swap?.phase) {
    case undefined:
    case 'answer':
      return null;
    case 'ready':
      return takeOver(parts, swap);
    case 'files':
      await finishSwap(dataDir);
      return 'finished';
    case 'database':
      if (swap.schema) await undoSchema(target, swap.schema);
      await giveUp(parts, swap, null);
      return 'undone';
    case 'back':
      await goBack(parts, null);
      return 'undone';
  }
}

/** When the start with restored data failed: the old data is the data again. False when there was none to go back to. */
export async function goBack(parts: PlaceParts, error: unknown): Promise<boolean> {
  const swap = pendingSwap(parts.dataDir);
  if (swap?.phase !== 'answer' && swap?.phase !== 'back') return false;
  await swapBack(parts, { ...swap, phase: 'back' });
  await giveUp(parts, swap, error, 'no_answer');
  return true;
}

async function takeOver(parts: PlaceParts, swap: Swap): Promise<'finished' | 'undone'> {
  try {
    const prepared = await readPrepared(parts.dataDir, swap.from);
    const { lost } = await changePlaces(parts, prepared, swap.ticket);
    await writePrepared(parts.dataDir, { ...prepared, lost });
    return 'finished';
  } catch (error) {
    // Half of the files are not back in their places: the next start goes on with them.
    if (pendingSwap(parts.dataDir)?.phase === 'back') throw error;
    await giveUp(parts, swap, error);
    return 'undone';
  }
}

async function giveUp({ dataDir, now }: PlaceParts, swap: Swap, error: unknown, problem?: 'no_answer'): Promise<void> {
  if (swap.ticket !== null) await confirmFailure({ dataDir, now }, { ticket: swap.ticket, from: swap.from }, error, problem);
  await removePrepared(dataDir, swap.from);
  await endSwap(dataDir);
}

/** Of restores that ended while they fetched. */
async function clearLeftovers(dataDir: string, kept: string | null): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const [, from] = /^(restore-\d+)(\.json)?$/.exec(name) ?? [];
    if (from === undefined || from === kept) continue;
    // Its process may still be writing there; then a later start clears it away.
    await rm(join(dataDir, name), { recursive: true, force: true }).catch(() => {});
  }
}
