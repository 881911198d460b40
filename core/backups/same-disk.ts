import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupPlace } from './repository-key.ts';
import { readTarget } from './target-file.ts';

/** The folder of the backups when it is on the disk of the data. The nearest folder above that is there tells; the first backup makes the rest. */
export async function folderOnDiskOfData(place: BackupPlace): Promise<string | null> {
  const target = readTarget(place);
  return target?.kind === 'folder' && (await deviceOf(target.dir)) === (await deviceOf(place.dataDir)) ? target.dir : null;
}

export const onDiskOfData = async (place: BackupPlace): Promise<boolean> => (await folderOnDiskOfData(place)) !== null;

const deviceOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ dev }) => dev,
    () => deviceOf(join(path, '..')),
  );
