import type { Knex } from 'knex';

/** The only place that knows SQLite from PostgreSQL. */
export const isPostgres = (db: Knex): boolean => db.client.config.client === 'pg';

/**
 * Adds "locked by nobody else" to a claim that selects rows inside a transaction. SQLite has one writer at a time, so it needs nothing.
 */
export function skipLocked<T extends Knex.QueryBuilder>(db: Knex, query: T): T {
  return isPostgres(db) ? (query.forUpdate().skipLocked() as T) : query;
}
