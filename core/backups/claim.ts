import { join } from 'node:path';
import { claimFile } from '../db/only-process.ts';
import { BackupError } from './backup-error.ts';

/** One process at a time makes, fetches or tries backups of a data folder, until `release` or its death. Raises BackupError `busy`. */
export function claimBackups(dataDir: string): { release(): void } {
  return claimFile(join(dataDir, 'backup.lock'), () => new BackupError('A backup is under way.', 'Wait for its end.', 'busy'));
}
