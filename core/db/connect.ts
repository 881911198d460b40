import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import knexFactory, { type Knex } from 'knex';
import type { Client } from 'pg';
import { adjustStatements, SqliteClient, type SqliteConnection } from './sqlite-client.ts';

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

/** What is written is on disk before PostgreSQL says so, however the server is set; what waits for standbys goes on doing so. */
const DURABLE = "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'";

/** Opens the database. Commits are on disk when they return, as is said on every connection (SQLite: synchronous=FULL; reliability.md K3). */
export function connect(target: DatabaseTarget): Knex {
  if (target.url) {
    readBigIntegers();
    // What nobody waits for (`write` in direct.ts) is sent while the statement before it is still at work; Knex' types do not know of it.
    const connection: Knex.PgConnectionConfig & { readonly pipeline: boolean } = {
      connectionString: target.url,
      connectionTimeoutMillis: CONNECT_MS,
      pipeline: true,
    };
    const db = knexFactory({
      client: postgresClient(),
      connection,
      // Whoever asked for the connection gets the error; knex would print it, stack and all, beside our log.
      log: { warn: () => {}, error: () => {} },
      pool: {
        min: 0,
        max: 10,
        afterCreate: (made: Client, done: (error: Error | null) => void) => void made.query(DURABLE, done),
      },
      ...(target.schema ? { searchPath: [target.schema] } : {}),
    });
    // By this name migrations know it.
    db.client.config.client = 'pg';
    return db;
  }
  mkdirSync(dirname(target.file), { recursive: true });
  return knexFactory({
    client: SqliteClient,
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
          'cache_size = -8000',
        ])
          connection.pragma(pragma);
        done();
      },
    },
  });
}

/** Loaded only where it is used, as its driver. */
function postgresClient(): typeof Knex.Client {
  return createRequire(import.meta.url)('./postgres-client.ts').PostgresClient;
}

/** int8 columns hold byte counts, all below 2^53. The driver is loaded only where it is used: SQLite mode does without its memory. */
function readBigIntegers(): void {
  const pg: typeof import('pg') = createRequire(import.meta.url)('pg');
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
}
