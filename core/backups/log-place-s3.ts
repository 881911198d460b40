import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createS3 } from '../lib/s3.ts';
import { BackupError } from './backup-error.ts';
import { complaintOf } from './complaints.ts';
import type { LogPlace } from './log-place.ts';
import { LOG_DIR } from './log-segments.ts';
import { placeOf, type S3Target } from './target.ts';

const AT_ONCE = 8;
const TRIES = 3;

/** The log in a bucket, beside the repository of restic. */
export function s3Place(target: S3Target): LogPlace {
  const s3 = createS3(target);
  const keyOf = (name: string): string => `${target.path}/${LOG_DIR}/${name}`;

  const asking = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof BackupError) throw error;
      const said = error instanceof Error ? `${'code' in error ? error.code : ''} ${error.message}` : String(error);
      throw complaintOf(placeOf(target), said) ?? new BackupError(`${placeOf(target)}: ${said.trim()}`);
    }
  };

  /** What the network breaks is asked again; several at once. */
  const each = async (names: readonly string[], work: (name: string) => Promise<void>): Promise<void> => {
    const waiting = names.values();
    const one = async (): Promise<void> => {
      for (const name of waiting)
        for (let n = 1; ; n += 1) {
          const failure = await work(name).then(
            () => null,
            (error: unknown) => error,
          );
          if (failure === null) break;
          if (failure instanceof BackupError || n === TRIES) throw failure;
        }
    };
    await asking(() => Promise.all(Array.from({ length: AT_ONCE }, one)));
  };

  const list = (folder: string, after?: string): Promise<readonly string[]> =>
    asking(async () => {
      const prefix = keyOf(`${folder}/`);
      const names = (await s3.list(prefix, after && prefix + after)).map((key) => key.slice(prefix.length));
      // Not every provider knows `start-after`.
      return names.filter((name) => name > (after ?? '')).sort();
    });
  const remove = (names: readonly string[]): Promise<void> => each(names, (name) => s3.remove(keyOf(name)));

  return {
    list,
    put: (name, file) => asking(() => s3.putFile(keyOf(name), file)),
    bring: (names, dir) =>
      each(names, async (name) => {
        await mkdir(dirname(join(dir, name)), { recursive: true, mode: 0o700 });
        if (!(await s3.getFile(keyOf(name), join(dir, name))))
          throw new BackupError(`${name} of the log is missing.`, undefined, 'differs');
      }),
    remove,
    removeFolder: async (folder) => remove((await list(folder)).map((name) => `${folder}/${name}`)),
    close: async () => {},
  };
}
