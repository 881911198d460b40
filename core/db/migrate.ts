import type { Knex } from 'knex';

const config = (directory: string): Knex.MigratorConfig => ({ directory, loadExtensions: ['.ts'], tableName: 'migrations' });

/** Brings the schema to the newest version; answers the names of the migrations that ran. */
export async function migrate(db: Knex, directory: string): Promise<readonly string[]> {
  const [, names] = (await db.migrate.latest(config(directory))) as [number, string[]];
  return names;
}

/** Migrations in the folder that the database has not run yet. */
export async function pendingMigrations(db: Knex, directory: string): Promise<number> {
  const [, pending] = (await db.migrate.list(config(directory))) as [unknown[], unknown[]];
  return pending.length;
}
