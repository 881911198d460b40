import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import knexFactory, { type Knex } from 'knex';
import pg from 'pg';

export interface DatabaseTarget {
  /** `postgres://…`, or null for the embedded SQLite file. */
  readonly url: string | null;
  /** Where the SQLite file lives; unused with a URL. */
  readonly file: string;
  /** PostgreSQL schema to work in; null = the connection's own. Tests give each database one. */
  readonly schema?: string | null;
}

// int8 columns hold byte counts, all below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** Opens the database. SQLite commits are on disk when they return: synchronous=FULL is said on every connection (reliability.md K3). */
export function connect(target: DatabaseTarget): Knex {
  if (target.url) {
    return knexFactory({
      client: 'pg',
      connection: { connectionString: target.url },
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
        beginImmediately(connection);
        for (const pragma of [
          'journal_mode = WAL',
          'synchronous = FULL',
          'foreign_keys = ON',
          'busy_timeout = 10000',
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

// A transaction that begins by reading is refused at its first write, without waiting, when another process (the command line) wrote in
// between (SQLITE_BUSY_SNAPSHOT). Taking the write lock at the start makes it wait for `busy_timeout` instead.
function beginImmediately(connection: SqliteConnection): void {
  const prepare = connection.prepare.bind(connection);
  connection.prepare = (sql) => prepare(sql === 'BEGIN;' ? 'BEGIN IMMEDIATE;' : sql);
}
