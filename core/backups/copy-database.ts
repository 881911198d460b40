import { connect, type DatabaseTarget } from '../db/connect.ts';
import type { Scope } from '../db/scope.ts';
import { vacuumInto } from '../db/sqlite-file.ts';
import { BackupError } from './backup-error.ts';
import { contentsOf } from './contents-store.ts';
import type { Contents } from './manifest.ts';
import { postgresTool } from './postgres-tools.ts';

/** Name of the copy inside the folder of a backup. */
export const copyName = ({ url }: DatabaseTarget): string => (url === null ? 'database.sqlite' : 'database.dump');

/**
 * Copies the database as it is at one moment while others go on writing, and says what is in the copy. `VACUUM INTO` for SQLite: a copy of
 * its files is torn, and the backup interface begins again at each write. For PostgreSQL `pg_dump` in the same snapshot in which the rows
 * are counted. Holds up this process: run it in one of its own.
 */
export async function copyDatabase(scope: Scope, target: DatabaseTarget, file: string, path: string): Promise<Contents> {
  if (target.url === null) {
    copyFile(target.file, file);
    return readCopy(scope, { url: null, file }, contentsOf);
  }
  const { url } = target;
  return scope.db.transaction(
    async (db) => {
      const { rows } = await db.raw('select pg_export_snapshot() as snapshot, current_schema() as schema');
      const [{ snapshot, schema }] = rows as [{ snapshot: string; schema: string }];
      const contents = await contentsOf({ ...scope, db });
      // Not compressed, so that what is as in the last backup is found again.
      const how = ['--format=custom', '--compress=0', '--no-owner', '--no-privileges'];
      await postgresTool(path, 'pg_dump', url, [...how, `--snapshot=${snapshot}`, `--schema=${schema}`, `--file=${file}`]);
      return contents;
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

function copyFile(from: string, to: string): void {
  try {
    vacuumInto(from, to, true);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && /^SQLITE_(CORRUPT|NOTADB)/.test(String(error.code)))) throw error;
    const help = 'Stop Centrala and restore the last good backup: centrala restore latest';
    throw new BackupError(`The database ${from} is damaged (${error.message}).`, help, 'damaged');
  }
}

/** Opens a database that is nobody's work, reads, and closes it. */
export async function readCopy<T>(scope: Omit<Scope, 'db'>, target: DatabaseTarget, read: (scope: Scope) => Promise<T>): Promise<T> {
  const db = connect(target);
  try {
    return await read({ ...scope, db });
  } finally {
    await db.destroy();
  }
}
