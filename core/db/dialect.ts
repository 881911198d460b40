import type { Knex } from 'knex';

/** The only place that knows SQLite from PostgreSQL. */
export const isPostgres = (db: Knex): boolean => db.client.config.client === 'pg';

/**
 * Adds "locked by nobody else" to a claim that selects rows inside a transaction. SQLite has one writer at a time, so it needs nothing.
 */
export function skipLocked<T extends Knex.QueryBuilder>(db: Knex, query: T): T {
  return isPostgres(db) ? (query.forUpdate().skipLocked() as T) : query;
}

/** Keeps the rows for this transaction; waits for whoever has them. Rows of others that name them may come meanwhile. */
export function locked<T extends Knex.QueryBuilder>(db: Knex, query: T): T {
  return isPostgres(db) ? (query.forNoKeyUpdate() as T) : query;
}

/** The same, and nothing that names these rows comes before the transaction ends; what others have just added is waited for. */
export function closed<T extends Knex.QueryBuilder>(db: Knex, query: T): T {
  return isPostgres(db) ? (query.forUpdate() as T) : query;
}

/** Keeps the rows from being removed, or `closed` by others, until the transaction ends; others may go on changing what they say. */
export function pinned<T extends Knex.QueryBuilder>(db: Knex, query: T): T {
  return isPostgres(db) ? (query.forKeyShare() as T) : query;
}

/** Nobody else changes this table before the transaction ends: waits for whoever did, and reads from then on see it. SQLite has one writer at a time. */
export async function lockedWhole(db: Knex, table: string): Promise<void> {
  if (isPostgres(db)) await db.raw('lock table ?? in share row exclusive mode', [table]);
}

/** `column in (ids)` for a long list as one bound value, so that the statement's text and plan do not depend on how many there are. */
export const isAnyOf = (db: Knex, column: string, ids: readonly number[]): [sql: string, bindings: [string, string]] =>
  isPostgres(db)
    ? ['?? = any(?::int[])', [column, `{${ids.join(',')}}`]]
    : ['?? in (select value from json_each(?))', [column, JSON.stringify(ids)]];

/** An aggregate that makes a list of JSON objects of a group's rows; SQLite answers it as text, PostgreSQL read already. */
export function jsonList(db: Knex, columns: Readonly<Record<string, string>>, order: string): string {
  const pairs = Object.entries(columns).map(([name, column]) => `'${name}', ${column}`);
  return isPostgres(db)
    ? `json_agg(json_build_object(${pairs.join(', ')}) order by ${order})`
    : `json_group_array(json_object(${pairs.join(', ')}) order by ${order})`;
}

/** Asks the database something. What a PostgreSQL server says about itself; null with SQLite, which is as we made it. */
export async function postgresFacts(db: Knex): Promise<{ encoding: string; major: number } | null> {
  if (!isPostgres(db)) {
    await db.raw('select count(*) from sqlite_master');
    return null;
  }
  const { rows } = await db.raw("select current_setting('server_encoding') as encoding, current_setting('server_version_num') as version");
  const [row] = rows as { encoding: string; version: string }[];
  return { encoding: row?.encoding ?? '', major: Math.floor(Number(row?.version) / 10_000) };
}

/** What the machine of the database thinks the time is; SQLite's is this one. */
export async function databaseClock(db: Knex): Promise<Date> {
  if (!isPostgres(db)) return new Date();
  const { rows } = await db.raw('select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms');
  return new Date(Number(rows[0]?.ms));
}
