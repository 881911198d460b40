import { createRequire } from 'node:module';
import type { Knex } from 'knex';
import { keepNewest } from '../lib/keep-newest.ts';
import { limitWritten } from './limit-written.ts';

const Dialect: typeof Knex.Client = createRequire(import.meta.url)('knex/lib/dialects/better-sqlite3/index.js');

/**
 * Writes the number of a limit into the statement. SQLite looks at a bound one when it plans, and therefore compiles the statement anew for
 * each value, also when it is the same again: for a small query that is most of its time.
 */
export class SqliteClient extends Dialect {
  override queryCompiler(...args: Parameters<Knex.Client['queryCompiler']>): ReturnType<Knex.Client['queryCompiler']> {
    return limitWritten(super.queryCompiler(...args));
  }
}

export interface SqliteConnection {
  pragma(text: string): unknown;
  prepare(sql: string): unknown;
}

const MAX_STATEMENTS = 100;

/**
 * Two corrections at the one place where knex asks the driver for a statement. A transaction that begins by reading is refused at its first
 * write, without waiting, when another process (the command line) wrote in between (SQLITE_BUSY_SNAPSHOT): taking the write lock at the
 * start makes `transact` wait instead. And a statement seen before is not compiled again, until the schema changes.
 */
export function adjustStatements(connection: SqliteConnection): void {
  const prepare = connection.prepare.bind(connection);
  const known = new Map<string, unknown>();
  connection.prepare = (sql) => {
    if (sql === 'BEGIN;') return prepare('BEGIN IMMEDIATE;');
    const again = known.get(sql);
    if (again === undefined && /^\s*(create|alter|drop)\b/i.test(sql)) known.clear();
    if (again === undefined && !/^\s*(select|insert|update|delete|with)\b/i.test(sql)) return prepare(sql);
    const statement = again ?? prepare(sql);
    keepNewest(known, sql, statement, MAX_STATEMENTS);
    return statement;
  };
}
