import type { Knex } from 'knex';

/** The only place that knows SQLite from PostgreSQL. */
export const isPostgres = (db: Knex): boolean => db.client.config.client === 'pg';

/**
 * Adds "locked by nobody else" to a claim that selects rows inside a transaction. SQLite has one writer at a time, so it needs nothing.
 */
export function skipLocked<T extends Knex.QueryBuilder>(db: Knex, query: T): T {
  return isPostgres(db) ? (query.forUpdate().skipLocked() as T) : query;
}

/** `column in (ids)` for a long list as one bound value, so that the statement's text and plan do not depend on how many there are. */
export const isAnyOf = (db: Knex, column: string, ids: readonly number[]): [sql: string, bindings: [string, string]] =>
  isPostgres(db)
    ? ['?? = any(?::int[])', [column, `{${ids.join(',')}}`]]
    : ['?? in (select value from json_each(?))', [column, JSON.stringify(ids)]];
