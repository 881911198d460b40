import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import type { ExecutionContext } from 'ava';
import type { Knex } from 'knex';
import type { Pool } from 'pg';
import { connect, type DatabaseTarget } from '../../core/db/connect.ts';
import type { Scope } from '../../core/db/scope.ts';
import { tempDir } from './temp-dir.ts';
import { databaseUrl, MIGRATIONS, postgresTemplate, sqliteTemplate } from './template.ts';

export { MIGRATIONS };

/** Set by `npm test` for its second run; unset = SQLite. */
const POSTGRES = process.env['TEST_DATABASE_URL'];

/** Where a new, empty, migrated database of this test alone is; for tests that start the product itself. */
export async function databaseTarget(t: ExecutionContext<unknown>, dir = tempDir(t)): Promise<DatabaseTarget> {
  const file = join(dir, 'centrala.sqlite');
  if (POSTGRES) return { url: await postgresCopy(t, POSTGRES, await postgresTemplate(POSTGRES)), file };
  copyFileSync(await sqliteTemplate(), file);
  return { url: null, file };
}

/** A new, empty, migrated database of this test alone, on the engine of this run. */
export async function database(t: ExecutionContext<unknown>): Promise<Knex> {
  const db = connect(await databaseTarget(t));
  t.teardown(() => db.destroy());
  return db;
}

/** A new database of this test alone that has no table yet. */
export async function emptyDatabase(t: ExecutionContext<unknown>): Promise<Knex> {
  const file = join(tempDir(t), 'empty.sqlite');
  const db = connect({ url: POSTGRES ? await postgresCopy(t, POSTGRES, 'template1') : null, file });
  t.teardown(() => db.destroy());
  return db;
}

/** A scope with its own database. */
export async function scopeFor(t: ExecutionContext<unknown>, db?: Knex): Promise<Scope> {
  return { db: db ?? (await database(t)), now: () => new Date(), actor: { kind: 'system', task: 'test' }, wakeOutbox: () => {} };
}

/** The address of a new PostgreSQL database without tables, or null where the run is on SQLite: what a new machine is given. */
export async function emptyAddress(t: ExecutionContext<unknown>): Promise<string | null> {
  return POSTGRES ? postgresCopy(t, POSTGRES, 'template1') : null;
}

let copies = 0;

/** A copy of its files costs PostgreSQL half of what one through its log does. */
async function postgresCopy(t: ExecutionContext<unknown>, server: string, from: string): Promise<string> {
  copies += 1;
  const name = `t_${process.pid}_${threadId}_${copies}_${Date.now().toString(36)}`;
  await administer(server, `create database ${name} template ${from} strategy file_copy`);
  t.teardown(() => administer(server, `drop database if exists ${name} with (force)`));
  return databaseUrl(server, name);
}

/** One for all tests of the process, which it does not keep from ending. */
let administration: Promise<Pool> | null = null;

async function administer(server: string, statement: string): Promise<void> {
  administration ??= import('pg').then(({ default: { Pool } }) => {
    const pool = new Pool({ connectionString: server, max: 2, allowExitOnIdle: true });
    // The server may end first; whoever asks next hears of it.
    return pool.on('error', () => {});
  });
  await (await administration).query(statement);
}
