import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SettingError } from '../lib/errors.ts';

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

// One by one: the recursive form of mkdirSync never returns below /proc.
function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  makeFolder(dirname(dir));
  mkdirSync(dir, { mode: 0o700 });
}

/**
 * The installation's one secret: from the configuration, else from `secret.key` in the data folder, made there at first start.
 * Without it sealed settings cannot be read and sessions end, so it belongs into every backup.
 */
export function installationSecret(dir: string, configured: string | null): string {
  if (configured) return configured;
  const path = join(dir, 'secret.key');
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const secret = randomBytes(48).toString('base64url');
  const file = openSync(path, 'wx', 0o600);
  writeSync(file, `${secret}\n`);
  fsyncSync(file);
  closeSync(file);
  return secret;
}
