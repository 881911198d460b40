import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SettingError } from '../lib/errors.ts';
import { makeFolder } from '../lib/make-folder.ts';

/** As of CENTRALA_SECRET_KEY. */
const MIN_SECRET = 32;

/** Makes the data folder when it is missing, readable by its owner only. Throws a sentence that names the folder. */
export function prepareDataDir(dir: string): void {
  try {
    makeFolder(dir);
    closeSync(openSync(join(dir, '.writable'), 'w', 0o600));
  } catch (cause) {
    const help = 'Give this user write access or choose another CENTRALA_DATA_DIR.';
    throw new SettingError(`The data folder ${dir} cannot be written.`, help, cause);
  }
}

/**
 * The installation's one secret: from the configuration, else from `secret.key` in the data folder, made there at first start.
 * Without it sealed settings cannot be read and sessions end, so it belongs into every backup.
 */
export function installationSecret(dir: string, configured: string | null): string {
  if (configured) return configured;
  const path = join(dir, 'secret.key');
  try {
    return wholeSecret(path);
  } catch (error) {
    if (!isOfCode(error, 'ENOENT')) throw error;
  }
  // Whole or not at all, and the first of several processes that start at once: the others read what it made.
  const secret = randomBytes(48).toString('base64url');
  const fresh = `${path}.${randomBytes(6).toString('hex')}.new`;
  const file = openSync(fresh, 'wx', 0o600);
  writeSync(file, `${secret}\n`);
  fsyncSync(file);
  closeSync(file);
  try {
    linkSync(fresh, path);
  } catch (error) {
    // A volume without hard links has one process, or a moment of luck.
    if (!isOfCode(error, 'EEXIST')) renameSync(fresh, path);
  } finally {
    rmSync(fresh, { force: true });
  }
  return wholeSecret(path);
}

/** Whoever knows that it is empty could sign sessions as we do. */
function wholeSecret(path: string): string {
  const secret = readFileSync(path, 'utf8').trim();
  if (secret.length >= MIN_SECRET) return secret;
  const help =
    'Put the file of a backup there. Without one remove it: a new secret is made, and passwords of relays and mailboxes have to be typed again.';
  throw new SettingError(`${path} is empty or cut.`, help);
}

const isOfCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;
