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
 * Three corrections at the one place where knex asks the driver for a statement. A transaction that begins by reading is refused at its first
 * write, without waiting, when another process (the command line) wrote in between (SQLITE_BUSY_SNAPSHOT): taking the write lock at the
 * start makes `transact` wait instead. A statement seen before is not compiled again, until the schema changes. And SQLite does not look at the
 * values (`planned`).
 */
export function adjustStatements(connection: SqliteConnection): void {
  const prepare = connection.prepare.bind(connection);
  const known = new Map<string, unknown>();
  let choosing: Choosing | null = null;
  connection.prepare = (sql) => {
    if (sql === 'BEGIN;') return prepare('BEGIN IMMEDIATE;');
    const again = known.get(sql);
    if (again === undefined && /^\s*(create|alter|drop)\b/i.test(sql)) {
      known.clear();
      choosing = null;
    }
    if (again === undefined && !/^\s*(select|insert|update|delete|with)\b/i.test(sql)) return prepare(sql);
    choosing ??= choosingIn(prepare);
    const statement = again ?? prepare(planned(sql, choosing));
    keepNewest(known, sql, statement, MAX_STATEMENTS);
    return statement;
  };
}

/**
 * Planning `column = ?`, SQLite looks at the value where it weighs a way that does not follow that column (3.54: `sqlite3ExprIsInteger`), and therefore
 * compiles the whole statement anew each time it is run, which takes ten times as long as running it. At `+?`, the same value, it does not look.
 * Columns by whose values an index picks its rows keep their `?`: only with the value known such an index can be used.
 */
const planned = (sql: string, { tables, columns }: Choosing): string =>
  sql.replace(/(?:(\w+)[`"]?\.[`"]?)?\b(\w+)[`"]? = \?/g, (whole, table: string | undefined, column: string) =>
    columns.has(table !== undefined && tables.has(table) ? `${table}.${column}` : column) ? whole : `${whole.slice(0, -1)}+?`,
  );

interface Choosing {
  readonly tables: ReadonlySet<string>;
  /** By whose values a partial index picks its rows: `status`, `conversations.status`. */
  readonly columns: ReadonlySet<string>;
}

function choosingIn(prepare: SqliteConnection['prepare']): Choosing {
  const all = prepare("select type, tbl_name, sql from sqlite_master where type = 'table' or sql like '% where %'") as {
    all(): { type: string; tbl_name: string; sql: string }[];
  };
  const rows = all.all();
  const columns = rows
    .filter(({ type }) => type === 'index')
    .flatMap(({ tbl_name: table, sql }) =>
      [...sql.slice(sql.toLowerCase().indexOf(' where ')).matchAll(/(\w+)[`"]?\s*(?:[=<>]|in\b|like\b)/gi)].flatMap(([, column = '']) => [
        column,
        `${table}.${column}`,
      ]),
    );
  return { tables: new Set(rows.filter(({ type }) => type === 'table').map(({ tbl_name }) => tbl_name)), columns: new Set(columns) };
}
