import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupPlace } from './repository-key.ts';
import { readTarget } from './target-file.ts';

/** Whether backups go to the disk of the data. The nearest folder above that is there tells; the first backup makes the rest. */
export async function onDiskOfData(place: BackupPlace): Promise<boolean> {
  const target = readTarget(place);
  return target?.kind === 'folder' && (await deviceOf(target.dir)) === (await deviceOf(place.dataDir));
}

const deviceOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ dev }) => dev,
    () => deviceOf(join(path, '..')),
  );
