import { join } from 'node:path';
import { LOG_DIR } from './log-segments.ts';
import type { BackupPlace } from './repository-key.ts';
import { readTarget } from './target-file.ts';

/** Where the log of SQLite goes: into the folder of the backups. Null: they go to another machine, or nobody knows where. */
export function logDir(place: BackupPlace): string | null {
  const target = readTarget(place);
  return target?.kind === 'folder' ? join(target.dir, LOG_DIR) : null;
}
