import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import knexFactory, { type Knex } from 'knex';

export interface DatabaseTarget {
  /** `postgres://…`, or null for the embedded SQLite file. */
  readonly url: string | null;
  /** Where the SQLite file lives; unused with a URL. */
  readonly file: string;
  /** PostgreSQL schema to work in; null = the connection's own. Tests give each database one. */
  readonly schema?: string | null;
}

const CONNECT_MS = 10_000;
/** SQLite waits for a lock on the thread that asks, so it may not wait for long: `transact` goes on waiting without holding anybody up. */
export const BUSY_MS = 20;

/** Opens the database. SQLite commits are on disk when they return: synchronous=FULL is said on every connection (reliability.md K3). */
export function connect(target: DatabaseTarget): Knex {
  if (target.url) {
    readBigIntegers();
    return knexFactory({
      client: 'pg',
      connection: { connectionString: target.url, connectionTimeoutMillis: CONNECT_MS },
      // Whoever asked for the connection gets the error; knex would print it, stack and all, beside our log.
      log: { warn: () => {}, error: () => {} },
      pool: { min: 0, max: 10 },
      ...(target.schema ? { searchPath: [target.schema] } : {}),
    });
  }
  mkdirSync(dirname(target.file), { recursive: true });
  return knexFactory({
    client: 'better-sqlite3',
    connection: { filename: target.file },
    useNullAsDefault: true,
    pool: {
      min: 1,
      max: 1,
      afterCreate: (connection: SqliteConnection, done: () => void) => {
        adjustStatements(connection);
        for (const pragma of [
          'journal_mode = WAL',
          'synchronous = FULL',
          'foreign_keys = ON',
          `busy_timeout = ${BUSY_MS}`,
          'cache_size = -32000',
        ])
          connection.pragma(pragma);
        done();
      },
    },
  });
}

interface SqliteConnection {
  pragma(text: string): unknown;
  prepare(sql: string): unknown;
}

const MAX_STATEMENTS = 300;

/**
 * Two corrections at the one place where knex asks the driver for a statement. A transaction that begins by reading is refused at its first
 * write, without waiting, when another process (the command line) wrote in between (SQLITE_BUSY_SNAPSHOT): taking the write lock at the
 * start makes `transact` wait instead. And a statement seen before is not compiled again, until the schema changes.
 */
function adjustStatements(connection: SqliteConnection): void {
  const prepare = connection.prepare.bind(connection);
  const known = new Map<string, unknown>();
  connection.prepare = (sql) => {
    if (sql === 'BEGIN;') return prepare('BEGIN IMMEDIATE;');
    if (/^\s*(create|alter|drop)\b/i.test(sql)) known.clear();
    if (!/^\s*(select|insert|update|delete|with)\b/i.test(sql)) return prepare(sql);
    const statement = known.get(sql) ?? prepare(sql);
    known.delete(sql);
    known.set(sql, statement);
    const [oldest] = known.size > MAX_STATEMENTS ? known.keys() : [];
    if (oldest !== undefined) known.delete(oldest);
    return statement;
  };
}

/** int8 columns hold byte counts, all below 2^53. The driver is loaded only where it is used: SQLite mode does without its memory. */
function readBigIntegers(): void {
  const pg: typeof import('pg') = createRequire(import.meta.url)('pg');
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
}
