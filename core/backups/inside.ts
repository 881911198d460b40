import { existsSync, realpathSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { BackupError } from './backup-error.ts';
import type { Target } from './target.ts';

/** The name in the data folder below which its own backups lie, so that they are neither stored nor put in the place of themselves; null: elsewhere. */
export function nameInside(dataDir: string, target: Target): string | null {
  if (target.kind !== 'folder' || !existsSync(target.dir)) return null;
  const [first = ''] = relative(realpathSync(dataDir), realpathSync(target.dir)).split(sep);
  return first === '' || first === '..' ? null : first;
}

/** Raises BackupError where they would lie among the data itself. */
export function mustLieApart(dataDir: string, target: Target): void {
  if (target.kind !== 'folder') return;
  const first = firstInside(dataDir, target.dir);
  if (first !== '' && first !== 'blobs') return;
  const help = 'Give them a folder of their own: CENTRALA_BACKUP_DIR, or Settings → Backups.';
  throw new BackupError(`Backups cannot go to ${target.dir}, where the data lies.`, help, 'not_written');
}

/** A folder of the data folder that somebody removed: it is on no disk of its own that could be away. */
export const wasRemoved = (dataDir: string, target: Target): boolean =>
  target.kind === 'folder' && !existsSync(target.dir) && firstInside(dataDir, target.dir) !== '..';

const firstInside = (dataDir: string, dir: string): string => relative(resolve(dataDir), resolve(dir)).split(sep)[0] ?? '';
