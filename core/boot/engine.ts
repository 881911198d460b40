import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { SettingError } from '../lib/errors.ts';
import { writeFileWhole } from '../lib/write-whole.ts';

type Place = Pick<Config, 'dataDir' | 'databaseUrl'>;

/** In no backup: which engine a restored folder has is decided by who restores it. */
const noteOf = (dataDir: string): string => join(dataDir, 'on-postgresql');

/**
 * Raises SettingError where the data went to PostgreSQL and the address is missing now: beside it may lie the SQLite file from before the move,
 * whose mail of that day would be sent once more.
 */
export function mustBeSameEngine(place: Place): void {
  if (!isOnPostgres(place)) return;
  const { dataDir } = place;
  const help = 'Set it again. Back to SQLite: centrala move-database --to sqlite, or restore a backup of SQLite.';
  throw new SettingError(`The data of ${dataDir} is on PostgreSQL, and CENTRALA_DATABASE_URL is not set.`, help);
}

/** Whether the data is there, and the address is not set. */
export const isOnPostgres = ({ dataDir, databaseUrl }: Place): boolean => databaseUrl === null && existsSync(noteOf(dataDir));

/** Notes that it is there; `null` for the address: that it is not any more. */
export const noteEngine = ({ dataDir, databaseUrl }: Place): Promise<void> =>
  databaseUrl === null ? rm(noteOf(dataDir), { force: true }) : writeFileWhole(noteOf(dataDir), '');
