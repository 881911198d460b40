import { access, constants, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What other programs keep in a folder that is a disk of its own. */
const NOT_OURS = /^(\.|lost\+found$)/;

/**
 * The first thing in the data folder that this user may not read and write, as what root once made there; null when everything can be used. The
 * folders of stored files are among them: mail whose file belongs into one that cannot be written stays in the spool.
 */
export async function firstUnusable(dir: string): Promise<string | null> {
  const names = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);
  const blobs = (await names(join(dir, 'blobs'))).map((name) => join('blobs', name));
  for (const name of [...(await names(dir)), ...blobs]) {
    if (NOT_OURS.test(name)) continue;
    const path = join(dir, name);
    const isUsable = await access(path, constants.R_OK | constants.W_OK).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'EACCES',
    );
    if (!isUsable) return path;
  }
  return null;
}

/** What root types to give the folder to this user. */
export const givingCommand = (dir: string): string => `chown -R ${process.getuid?.() ?? 'USER'} ${dir}`;
