import type { Knex } from 'knex';
import { BUSY_MS } from './connect.ts';
import { isPostgres } from './dialect.ts';

const config = (directory: string): Knex.MigratorConfig => ({ directory, loadExtensions: ['.ts'], tableName: 'migrations' });

/** Brings the schema to the newest version; answers the names of the migrations that ran. */
export async function migrate(db: Knex, directory: string): Promise<readonly string[]> {
  // Nothing else runs yet, so waiting for a command that writes may hold up the thread.
  if (!isPostgres(db)) await db.raw('pragma busy_timeout = 10000');
  const [, names] = (await db.migrate.latest(config(directory))) as [number, string[]];
  if (!isPostgres(db)) await db.raw(`pragma busy_timeout = ${BUSY_MS}`);
  return names;
}

/** Migrations in the folder that the database has not run yet. */
export async function pendingMigrations(db: Knex, directory: string): Promise<number> {
  const [, pending] = (await db.migrate.list(config(directory))) as [unknown[], unknown[]];
  return pending.length;
}
