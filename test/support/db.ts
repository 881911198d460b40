import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { threadId } from 'node:worker_threads';
import type { ExecutionContext } from 'ava';
import type { Knex } from 'knex';
import { connect, type DatabaseTarget } from '../../core/db/connect.ts';
import { migrate } from '../../core/db/migrate.ts';
import type { Scope } from '../../core/db/scope.ts';

export const MIGRATIONS = resolve(import.meta.dirname, '../../migrations');

/** Set by `npm test` for its second run; unset = SQLite. */
const POSTGRES = process.env['TEST_DATABASE_URL'];

/** A folder of this test alone, removed with it. */
export function tempDir(t: ExecutionContext<unknown>): string {
  const dir = mkdtempSync(join(tmpdir(), 'centrala-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
  return dir;
}

/** Where a new, empty, migrated database of this test alone is; for tests that start the product itself. */
export async function databaseTarget(t: ExecutionContext<unknown>, dir = tempDir(t)): Promise<DatabaseTarget> {
  const file = join(dir, 'centrala.sqlite');
  if (POSTGRES) return { url: await postgresCopy(t, POSTGRES), file };
  copyFileSync(await sqliteTemplate(), file);
  return { url: null, file };
}

/** A new, empty, migrated database of this test alone, on the engine of this run. */
export async function database(t: ExecutionContext<unknown>): Promise<Knex> {
  const db = connect(await databaseTarget(t));
  t.teardown(() => db.destroy());
  return db;
}

/** A scope with its own database. */
export async function scopeFor(t: ExecutionContext<unknown>, db?: Knex): Promise<Scope> {
  return { db: db ?? (await database(t)), now: () => new Date(), actor: { kind: 'system', task: 'test' }, wakeOutbox: () => {} };
}

let template: Promise<string> | null = null;

function sqliteTemplate(): Promise<string> {
  template ??= (async () => {
    const path = join(tmpdir(), `centrala-template-${process.pid}-${threadId}.sqlite`);
    rmSync(path, { force: true });
    const db = connect({ url: null, file: path });
    await migrate(db, MIGRATIONS);
    await db.raw('pragma wal_checkpoint(truncate)');
    await db.raw('pragma journal_mode = delete');
    await db.destroy();
    process.on('exit', () => rmSync(path, { force: true }));
    return path;
  })();
  return template;
}

let postgresTemplate: Promise<string> | null = null;
let copies = 0;

async function postgresCopy(t: ExecutionContext<unknown>, server: string): Promise<string> {
  postgresTemplate ??= makePostgresTemplate(server);
  const from = await postgresTemplate;
  copies += 1;
  const name = `t_${process.pid}_${threadId}_${copies}_${Date.now().toString(36)}`;
  await administer(server, `create database ${name} template ${from}`);
  t.teardown(() => administer(server, `drop database if exists ${name} with (force)`));
  return databaseUrl(server, name);
}

async function makePostgresTemplate(server: string): Promise<string> {
  const name = `template_${process.pid}_${threadId}_${Date.now().toString(36)}`;
  await administer(server, `create database ${name}`);
  const db = connect({ url: databaseUrl(server, name), file: '' });
  await migrate(db, MIGRATIONS);
  await db.destroy();
  return name;
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function administer(server: string, statement: string): Promise<void> {
  const db = connect({ url: server, file: '' });
  try {
    await db.raw(statement);
  } finally {
    await db.destroy();
  }
}
