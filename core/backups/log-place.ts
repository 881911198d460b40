import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { s3Place } from './log-place-s3.ts';
import { sftpPlace } from './log-place-sftp.ts';
import { LOG_DIR } from './log-segments.ts';
import type { BackupPlace } from './repository-key.ts';
import { type Elsewhere, readSshKey, readTarget } from './target-file.ts';

/** Where the log of SQLite lies: files in folders, by their names relative to it. Everything raises BackupError when the place does not answer. */
export interface LogPlace {
  /** Names inside of this folder that follow `after`, sorted; none where there is no such folder. */
  list(folder: string, after?: string): Promise<readonly string[]>;
  /** Whole, or not at all; one that is there is replaced. */
  put(name: string, file: string): Promise<void>;
  /** Brings them into a folder of this machine, under the same names. */
  bring(names: readonly string[], dir: string): Promise<void>;
  remove(names: readonly string[]): Promise<void>;
  removeFolder(folder: string): Promise<void>;
  close(): Promise<void>;
}

/** Where the backups go; null when that cannot be read. */
export function openLogPlace(place: BackupPlace, elsewhere: Elsewhere | null = null): LogPlace | null {
  const target = elsewhere?.target ?? readTarget(place);
  switch (target?.kind) {
    case undefined:
      return null;
    case 'folder':
      return folderPlace(join(target.dir, LOG_DIR));
    case 's3':
      return s3Place(target);
    case 'sftp':
      return sftpPlace(target, elsewhere?.sshKey ?? readSshKey(place), join(place.dataDir, '.cache'), place.path);
  }
}

/** The folder into which the log is written here; when the backups are on another machine, it goes there from `backup-log`, piece by piece. Null: nobody knows where. */
export function logDir(place: BackupPlace): { readonly dir: string; readonly isSpool: boolean } | null {
  const target = readTarget(place);
  if (target === null) return null;
  if (target.kind === 'folder') return { dir: join(target.dir, LOG_DIR), isSpool: false };
  return { dir: join(place.dataDir, 'backup-log'), isSpool: true };
}

export function folderPlace(root: string): LogPlace {
  return {
    list: async (folder, after = '') => (await readdir(join(root, folder)).catch(() => [])).filter((name) => name > after).sort(),
    put: async () => {
      throw new Error('The log is written into a folder as it is.');
    },
    bring: async (names, dir) => {
      for (const name of names) {
        await mkdir(dirname(join(dir, name)), { recursive: true, mode: 0o700 });
        await symlink(resolve(root, name), join(dir, name));
      }
    },
    remove: async (names) => {
      for (const name of names) await rm(join(root, name), { force: true });
    },
    removeFolder: (folder) => rm(join(root, folder), { recursive: true, force: true }),
    close: async () => {},
  };
}
