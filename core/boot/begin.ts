import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, databaseFile } from '../../config/config.ts';
import { placeOf } from '../db/open.ts';
import { SettingError } from '../lib/errors.ts';

/**
 * Raises SettingError where an empty database would be made beside mail that is stored: it knows no inbox, so everything that comes would be refused
 * for good, and what is missing is the database that belongs to the mail.
 */
export async function mustBeginAnew(config: Config): Promise<void> {
  const { dataDir, databaseUrl } = config;
  if (!(await hasStoredMail(dataDir))) return;
  const where = placeOf({ url: databaseUrl, file: databaseFile(config) });
  const setting =
    databaseUrl === null ? 'If it is on PostgreSQL, set CENTRALA_DATABASE_URL' : 'If it is another one, correct CENTRALA_DATABASE_URL';
  const help = `${setting}; else restore a backup (centrala restore latest). To begin anew, choose an empty CENTRALA_DATA_DIR.`;
  throw new SettingError(`The data folder ${dataDir} has stored mail, but its database is not in ${where}.`, help);
}

/** Whether anything lies in the store of files. */
export async function hasStoredMail(dataDir: string): Promise<boolean> {
  const blobs = join(dataDir, 'blobs');
  for (const name of await readdir(blobs).catch(() => []))
    if (/^[0-9a-f]{2}$/.test(name) && (await readdir(join(blobs, name)).catch(() => [])).length > 0) return true;
  return false;
}
