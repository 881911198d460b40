import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BackupError, type Repository, restic } from './restic.ts';

const KEY_FILE = 'backup.key';
/** Without letters and digits that look alike. */
const LETTERS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const GROUPS = 8;
const GROUP = 5;

/** Where backups go, and what this installation knows of the key. */
export interface BackupPlace {
  readonly dataDir: string;
  readonly dir: string;
  /** Of the configuration, where the backups are another machine's. */
  readonly key: string | null;
  /** The PATH. */
  readonly path: string;
}

/** Where the recovery key of this installation lies: beside `secret.key`, readable by its owner only, and never in a backup. */
export const keyFile = (dataDir: string): string => join(dataDir, KEY_FILE);

/** The recovery key, or null before the first backup. */
export function recoveryKey(place: BackupPlace): string | null {
  if (place.key !== null) return normalKey(place.key);
  return existsSync(keyFile(place.dataDir)) ? normalKey(readFileSync(keyFile(place.dataDir), 'utf8')) : null;
}

/** Where the backups of this installation are, and their key; null before the first one. */
export function backupSource(place: BackupPlace): { readonly dir: string; readonly key: string } | null {
  const key = recoveryKey(place);
  return key === null ? null : { dir: place.dir, key };
}

/** What was typed or kept, with the groups as they are shown; so small letters, spaces and missing dashes do no harm. */
export function normalKey(typed: string): string {
  const letters = typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  return letters.match(/.{1,5}/g)?.join('-') ?? '';
}

/** Opens the repository, making key and repository at the first backup. */
export async function openRepository(place: BackupPlace): Promise<Repository> {
  const key = recoveryKey(place) ?? makeKey(place);
  const repository = { place: place.dir, key, path: place.path, cacheDir: join(place.dataDir, '.cache/restic') };
  if (existsSync(join(place.dir, 'config'))) return repository;
  mkdirSync(place.dir, { recursive: true, mode: 0o700 });
  await restic(repository, ['init', '--repository-version', '2']);
  return repository;
}

/** The repository as it is. Raises BackupError when there is none or its key is unknown. */
export function existingRepository(place: BackupPlace, key: string | null = recoveryKey(place)): Repository {
  if (key === null)
    throw new BackupError('The recovery key is not known on this machine.', 'Give it with --key-file or CENTRALA_BACKUP_KEY.', 'wrong_key');
  if (!existsSync(join(place.dir, 'config')))
    throw new BackupError(`There are no backups in ${place.dir}.`, 'Check CENTRALA_BACKUP_DIR.', 'no_backups');
  return { place: place.dir, key, path: place.path, cacheDir: join(place.dataDir, '.cache/restic') };
}

function makeKey(place: BackupPlace): string {
  const letters = [...randomBytes(GROUPS * GROUP * 4)].filter((byte) => byte < 8 * LETTERS.length).slice(0, GROUPS * GROUP);
  const key = normalKey(letters.map((byte) => LETTERS[byte % LETTERS.length]).join(''));
  writeFileSync(keyFile(place.dataDir), `${key}\n`, { flag: 'wx', mode: 0o600, flush: true });
  return key;
}
