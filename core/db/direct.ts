import type { Knex } from 'knex';
import { isPostgres } from './dialect.ts';

// Statements of the way of a mail, which runs thousands of times a minute: Knex takes as long to build one as SQLite to run it. Their texts are
// written here and in stores, each column by name; the connection, the transaction and its end stay Knex'.

export type Value = string | number | boolean | null | readonly string[];

/** What the drivers have and Knex' types do not tell. */
interface Sqlite {
  prepare(sql: string): { readonly reader: boolean; all(values: readonly unknown[]): unknown[]; run(values: readonly unknown[]): unknown };
}
interface Postgres {
  query(query: { readonly text: string; readonly values: readonly Value[] }): Promise<{ readonly rows: unknown[] }>;
}

/** Runs a statement with `?` for each value, in the transaction where there is one, and answers its rows. */
export async function run<Row>(db: Knex | Knex.Transaction, sql: string, values: readonly Value[]): Promise<Row[]> {
  const { client } = db;
  if ('isCompleted' in db && db.isCompleted()) throw new Error('The transaction has ended already');
  client.emit('query', { sql, bindings: values });
  const held = transactions.get(client);
  if (held) return runSqlite(held, sql, values) as Row[];
  const connection = await client.acquireConnection();
  if ('isCompleted' in db && !isPostgres(db)) transactions.set(client, connection);
  try {
    return (isPostgres(db) ? await runPostgres(connection, sql, values) : runSqlite(connection, sql, values)) as Row[];
  } finally {
    client.releaseConnection(connection);
  }
}

/** A transaction has one connection to its end: asking Knex for it takes as long as a small statement. */
const transactions = new WeakMap<Knex.Client, Sqlite>();

function runSqlite(connection: Sqlite, sql: string, values: readonly Value[]): unknown[] {
  const statement = connection.prepare(sql);
  const bound = values.map((value) => (typeof value === 'boolean' ? Number(value) : value));
  if (statement.reader) return statement.all(bound);
  statement.run(bound);
  return [];
}

async function runPostgres(connection: Postgres, sql: string, values: readonly Value[]): Promise<unknown[]> {
  let n = 0;
  const text = sql.replace(/\?/g, () => {
    n += 1;
    return `$${n}`;
  });
  return (await connection.query({ text, values })).rows;
}

/** Adds rows that have the same columns; `tail`: what follows the values, as `returning id`. */
export function insert<Row>(db: Knex, table: string, rows: readonly Readonly<Record<string, Value>>[], tail = ''): Promise<Row[]> {
  const columns = Object.keys(rows[0] ?? {});
  const places = rows.map(() => `(${list(columns, () => '?')})`).join(', ');
  const values = rows.flatMap((row) => columns.map((column) => row[column] ?? null));
  return run(db, `insert into ${table} (${list(columns, quoted)}) values ${places} ${tail}`, values);
}

/** Changes one row. */
export async function update(db: Knex, table: string, id: number, changes: Readonly<Record<string, Value | undefined>>): Promise<void> {
  const columns = Object.keys(changes);
  const values = columns.map((column) => changes[column] ?? null);
  await run(db, `update ${table} set ${list(columns, (column) => `${quoted(column)} = ?`)} where id = ?`, [...values, id]);
}

/** `?, ?, ?` for that many values. */
export const places = (values: readonly unknown[]): string => list(values, () => '?');

const list = <T>(items: readonly T[], write: (item: T) => string): string => items.map(write).join(', ');
const quoted = (column: string): string => `"${column}"`;
