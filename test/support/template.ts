import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { threadId } from 'node:worker_threads';
import { connect } from '../../core/db/connect.ts';
import { migrate } from '../../core/db/migrate.ts';

export const MIGRATIONS = resolve(import.meta.dirname, '../../migrations');
/** What test files share; anything a week old is removed. */
export const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/centrala');
const LOCK = 20261126;
const KEPT_MS = 7 * 24 * 60 * 60_000;

/** The file of an empty database with the newest schema, to be copied. Made once for each state of the migrations, by whichever test comes first. */
export function sqliteTemplate(): Promise<string> {
  asFile ??= makeSqliteTemplate();
  return asFile;
}

let asFile: Promise<string> | null = null;

async function makeSqliteTemplate(): Promise<string> {
  const path = join(CACHE, `${schemaHash()}.sqlite`);
  if (existsSync(path)) return path;
  mkdirSync(CACHE, { recursive: true });
  const fresh = `${path}.${process.pid}-${threadId}`;
  const db = connect({ url: null, file: fresh });
  await migrate(db, MIGRATIONS);
  await db.raw('pragma wal_checkpoint(truncate)');
  await db.raw('pragma journal_mode = delete');
  await db.destroy();
  renameSync(fresh, path);
  forgetOld();
  return path;
}

/** Another checkout may share this folder, so only what nobody made lately goes. */
function forgetOld(): void {
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < Date.now() - KEPT_MS) rmSync(path, { force: true });
  }
}

let onServer: Promise<string> | null = null;

/** The name of such a database on the server of this run, to be created from. */
export function postgresTemplate(server: string): Promise<string> {
  onServer ??= makePostgresTemplate(server);
  return onServer;
}

async function makePostgresTemplate(server: string): Promise<string> {
  const name = `template_${schemaHash()}`;
  const db = connect({ url: server, file: '' });
  try {
    await db.transaction(async (tx) => {
      await tx.raw('select pg_advisory_xact_lock(?)', [LOCK]);
      if (await tx('pg_database').where({ datname: name }).first()) return;
      await db.raw(`drop database if exists ${name}_fresh`);
      await db.raw(`create database ${name}_fresh`);
      const fresh = connect({ url: databaseUrl(server, `${name}_fresh`), file: '' });
      await migrate(fresh, MIGRATIONS);
      await fresh.destroy();
      await db.raw(`alter database ${name}_fresh rename to ${name}`);
    });
  } finally {
    await db.destroy();
  }
  return name;
}

/** The address of another database on the same server. */
export function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

let hash: string | null = null;

function schemaHash(): string {
  if (hash !== null) return hash;
  const sum = createHash('sha256');
  for (const name of readdirSync(MIGRATIONS).sort()) sum.update(name).update(readFileSync(join(MIGRATIONS, name)));
  hash = sum.digest('hex').slice(0, 12);
  return hash;
}
