import type { Knex } from 'knex';
import { isPostgres } from './dialect.ts';
import { isUnfit } from './transient.ts';

// Statements of the way of a mail, which runs thousands of times a minute: Knex takes as long to build one as SQLite to run it. Their texts are
// written here and in stores, each column by name; the connection, the transaction and its end stay Knex'.

export type Value = string | number | boolean | null | readonly (string | null)[];

/** What the drivers have and Knex' types do not tell. */
interface Sqlite {
  prepare(sql: string): { readonly reader: boolean; all(values: readonly unknown[]): unknown[]; run(values: readonly unknown[]): unknown };
}
interface Postgres {
  query(query: { readonly text: string; readonly values: readonly Value[]; readonly name?: string }): Promise<{ readonly rows: unknown[] }>;
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
    return (isPostgres(db) ? await runPostgres(connection, sql, values, 'isCompleted' in db) : runSqlite(connection, sql, values)) as Row[];
  } finally {
    client.releaseConnection(connection);
  }
}

/** What a transaction of PostgreSQL was given without waiting: when that is answered, and what of it failed first. */
interface Unanswered {
  last: Promise<void>;
  failure: { readonly error: unknown } | null;
}
const unanswered = new WeakMap<Knex.Client, Unanswered>();

/**
 * As `run`, for what answers nothing. In the work of a transaction of PostgreSQL it waits for no answer: what is asked next follows at once, and a failure
 * is that of the transaction (`whole`).
 */
export async function write(db: Knex | Knex.Transaction, sql: string, values: readonly Value[]): Promise<void> {
  const answer = run(db, sql, values);
  const held = unanswered.get(db.client);
  if (!held || !isPostgres(db)) return void (await answer);
  held.last = answer.then(
    () => {},
    (error: unknown) => {
      held.failure ??= { error };
    },
  );
}

/** The work of a transaction with all that it wrote: what failed first is raised, also where nobody waited for it. */
export async function whole<T>(db: Knex.Transaction, work: () => Promise<T>): Promise<T> {
  const held: Unanswered = { last: Promise.resolve(), failure: null };
  unanswered.set(db.client, held);
  const [done] = await Promise.allSettled([work()]);
  await held.last;
  if (held.failure) throw held.failure.error;
  if (done.status === 'rejected') throw done.reason;
  return done.value;
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

/** What comes again in transactions, as PostgreSQL reads it, and the name under which each connection keeps it prepared. */
const kept = new Map<string, { readonly text: string; readonly name: string }>();
const MAX_KEPT = 100;
let isKeeping = true;

async function runPostgres(connection: Postgres, sql: string, values: readonly Value[], isInTransaction: boolean): Promise<unknown[]> {
  if (!isKeeping || !isInTransaction) return (await connection.query({ text: numbered(sql), values })).rows;
  const known = kept.get(sql) ?? { text: numbered(sql), name: `direct_${kept.size}` };
  if (kept.size < MAX_KEPT) kept.set(sql, known);
  try {
    return (await connection.query({ ...(kept.has(sql) ? known : { text: known.text }), values })).rows;
  } catch (error) {
    // Behind a pooler that lends each transaction another connection: `transact` does this one again, and nothing is kept from now on.
    if (isUnfit(error)) isKeeping = false;
    throw error;
  }
}

function numbered(sql: string): string {
  let n = 0;
  return sql.replace(/\?/g, () => {
    n += 1;
    return `$${n}`;
  });
}

type Rows = readonly Readonly<Record<string, Value>>[];

/** Adds rows that have the same columns; `tail`: what follows the values, as `returning id`. */
export const insert = <Row>(db: Knex, table: string, rows: Rows, tail = ''): Promise<Row[]> => run(db, ...insertion(table, rows, tail));

/** The same where nothing is answered (`write`). */
export const add = (db: Knex, table: string, rows: Rows, tail = ''): Promise<void> => write(db, ...insertion(table, rows, tail));

function insertion(table: string, rows: Rows, tail: string): [sql: string, values: readonly Value[]] {
  const columns = Object.keys(rows[0] ?? {});
  const places = rows.map(() => `(${list(columns, () => '?')})`).join(', ');
  const values = rows.flatMap((row) => columns.map((column) => row[column] ?? null));
  return [`insert into ${table} (${list(columns, quoted)}) values ${places} ${tail}`, values];
}

/** Changes one row (`write`). */
export async function update(db: Knex, table: string, id: number, changes: Readonly<Record<string, Value | undefined>>): Promise<void> {
  const columns = Object.keys(changes);
  const values = columns.map((column) => changes[column] ?? null);
  await write(db, `update ${table} set ${list(columns, (column) => `${quoted(column)} = ?`)} where id = ?`, [...values, id]);
}

/**
 * Changes many rows, each its own way, all in the same columns (`write`). PostgreSQL is given one statement whose text stays the same, with a list for each
 * column and the type by which it reads it; SQLite, which nobody has to wait for, one for each row.
 */
export async function updateAll(
  db: Knex,
  table: string,
  types: Readonly<Record<string, 'text' | 'float8'>>,
  rows: readonly { readonly id: number; readonly [column: string]: string | number | null }[],
): Promise<void> {
  const columns = Object.keys(types);
  if (!isPostgres(db)) {
    for (const row of rows) await update(db, table, row.id, Object.fromEntries(columns.map((column) => [column, row[column]])));
    return;
  }
  const values = (column: string) => rows.map((row) => (row[column] === null ? null : String(row[column])));
  await write(
    db,
    `update ${table} as t set ${list(columns, (column) => `${quoted(column)} = v.${quoted(column)}`)}
     from unnest(?::int[], ${list(columns, (column) => `?::${types[column]}[]`)}) as v(id, ${list(columns, quoted)}) where t.id = v.id`,
    [values('id'), ...columns.map(values)],
  );
}

/** `?, ?, ?` for that many values. */
export const places = (values: readonly unknown[]): string => list(values, () => '?');

const list = <T>(items: readonly T[], write: (item: T) => string): string => items.map(write).join(', ');
const quoted = (column: string): string => `"${column}"`;
