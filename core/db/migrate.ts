import { readdirSync } from 'node:fs';
import type { Knex } from 'knex';
import { AppError } from '../lib/errors.ts';
import { BUSY_MS } from './connect.ts';
import { isPostgres } from './dialect.ts';

const config = (directory: string): Knex.MigratorConfig => ({ directory, loadExtensions: ['.ts'], tableName: 'migrations' });

/** So many of so many have run. */
export type MigrationProgress = (done: number, total: number) => void;

/** What a migration did to a database that had data: it did not work, or mail would have gone. Everything is as it was before. */
export class MigrationError extends Error {
  readonly migration: string;
  constructor(migration: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.migration = migration;
  }
}

/** Tables of which an upgrade may lose no row. */
const KEPT = ['raw_inbound', 'messages', 'deliveries'];

/**
 * Brings the schema to the newest version; answers the names of the migrations that ran. All of them are one transaction: one that fails, a
 * count of received or sent mail that is smaller than before, or the end of the process leaves the database as it was. Throws MigrationError.
 */
export async function migrate(db: Knex, directory: string, report: MigrationProgress = () => {}): Promise<readonly string[]> {
  const { pending } = await migrationState(db, directory);
  if (pending.length === 0) return [];
  // Nothing else runs yet, so waiting for a command that writes may hold up the thread.
  if (!isPostgres(db)) await db.raw('pragma busy_timeout = 10000');
  await db.transaction((trx) => runAll(trx, directory, pending, report));
  if (!isPostgres(db)) await db.raw(`pragma busy_timeout = ${BUSY_MS}`);
  return pending;
}

async function runAll(trx: Knex.Transaction, directory: string, pending: readonly string[], report: MigrationProgress): Promise<void> {
  const before = await rowsOf(trx);
  let running = '';
  try {
    for (const [done, name] of pending.entries()) {
      running = name;
      report(done, pending.length);
      await trx.migrate.up({ ...config(directory), disableTransactions: true });
    }
    report(pending.length, pending.length);
    const after = await rowsOf(trx);
    for (const [table, rows] of before)
      if ((after.get(table) ?? 0) < rows) throw new Error(`${table} had ${rows} rows and would have ${after.get(table) ?? 0}`);
  } catch (error) {
    throw new MigrationError(running, error);
  }
}

async function rowsOf(db: Knex): Promise<ReadonlyMap<string, number>> {
  const rows = new Map<string, number>();
  for (const table of KEPT) {
    if (!(await db.schema.hasTable(table))) continue;
    const [counted] = await db(table).count<{ n: number }[]>({ n: '*' });
    rows.set(table, Number(counted?.n ?? 0));
  }
  return rows;
}

/** How many migrations the database has run, and the names of those in the folder that it has not. Raises AppError `newer_version` when it ran one that is not there. */
export async function migrationState(db: Knex, directory: string): Promise<{ readonly ran: number; readonly pending: readonly string[] }> {
  const options = { ...config(directory), disableMigrationsListValidation: true };
  const [ran, pending]: [{ name: string }[], { file: string }[]] = await db.migrate.list(options);
  const known = new Set(readdirSync(directory));
  const newer = ran.find(({ name }) => !known.has(name));
  if (newer) {
    const help = 'Start that version, or a newer one. How to go back: docs/operations.md, Upgrading.';
    throw new AppError('newer_version', 500, `This data is of a newer version of Centrala (${newer.name}).`, { help });
  }
  return { ran: ran.length, pending: pending.map(({ file }) => file) };
}

/** Migrations in the folder that the database has not run yet. */
export async function pendingMigrations(db: Knex, directory: string): Promise<number> {
  return (await migrationState(db, directory)).pending.length;
}
