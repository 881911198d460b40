import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEY_FILE = 'backup.key';
/** Without letters and digits that look alike. */
const LETTERS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const GROUPS = 8;
const GROUP = 5;

/** Where backups go, and what this installation knows of the key. */
export interface BackupPlace {
  readonly dataDir: string;
  /** The folder of the configuration, where they go unless something else is set. */
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

/** The recovery key, made now when there is none. */
export function ensureKey(place: BackupPlace): string {
  return recoveryKey(place) ?? makeKey(place);
}

/** What was typed or kept, with the groups as they are shown; so small letters, spaces and missing dashes do no harm. */
export function normalKey(typed: string): string {
  const letters = typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  return letters.match(/.{1,5}/g)?.join('-') ?? '';
}

/** Notes a key that backups elsewhere have as this machine's own, unless it has one. */
export function adoptKey(place: Pick<BackupPlace, 'dataDir'>, key: string): void {
  if (!existsSync(keyFile(place.dataDir))) writeFileSync(keyFile(place.dataDir), `${key}\n`, { flag: 'wx', mode: 0o600, flush: true });
}

function makeKey(place: BackupPlace): string {
  const letters = [...randomBytes(GROUPS * GROUP * 4)].filter((byte) => byte < 8 * LETTERS.length).slice(0, GROUPS * GROUP);
  const key = normalKey(letters.map((byte) => LETTERS[byte % LETTERS.length]).join(''));
  adoptKey(place, key);
  return key;
}
