import { join } from 'node:path';
import { claimFile } from '../db/only-process.ts';
import { type Scope, transact } from '../db/scope.ts';
import { BackupError } from './backup-error.ts';
import { failInterrupted, listBackups } from './store.ts';

/** One process at a time makes, fetches or tries backups of a data folder, until `release` or its death. Raises BackupError `busy`. */
export function claimBackups(dataDir: string): { release(): void } {
  return claimFile(join(dataDir, 'backup.lock'), () => new BackupError('A backup is under way.', 'Wait for its end.', 'busy'));
}

/** The claim, or null where a process has it. */
function claimIfFree(dataDir: string): { release(): void } | null {
  try {
    return claimBackups(dataDir);
  } catch (error) {
    if (error instanceof BackupError) return null;
    throw error;
  }
}

/** Whether a process is at the backups of this data folder. */
export function isClaimed(dataDir: string): boolean {
  const claim = claimIfFree(dataDir);
  claim?.release();
  return claim === null;
}

/** One that is under way but whose process is gone, however it ended, has failed: nobody has the claim. */
export async function forgetInterrupted(scope: Scope, dataDir: string): Promise<void> {
  const [last] = await listBackups(scope, 1);
  const claim = last?.state === 'running' ? claimIfFree(dataDir) : null;
  if (claim !== null) await transact(scope, failInterrupted).finally(claim.release);
}
