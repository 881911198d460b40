import type { Knex } from 'knex';
import { isPostgres } from './dialect.ts';

/** Class of the advisory locks by which processes are alive to each other (`pg_locks.classid`); the second number is the process. */
export const CLAIMANTS = 0x43_4c;
/** The channel of LISTEN and NOTIFY. */
export const SAID = 'centrala';

const IS_ALIVE = `select objid::bigint from pg_locks where locktype = 'advisory' and classid = ${CLAIMANTS} and objsubid = 2
  and database = (select oid from pg_database where datname = current_database())`;

/** Whether any process works on this database, whatever its data folder; of SQLite the folder knows. */
export async function isAnyAlive(db: Knex): Promise<boolean> {
  return isPostgres(db) && (await db.raw(IS_ALIVE)).rows.length > 0;
}

/** Narrows to rows whose claimant is dead: with SQLite those of every earlier process, so only at the start. */
export function ofTheDead<T extends Knex.QueryBuilder>(db: Knex, query: T): T {
  return isPostgres(db) ? (query.whereRaw(`(claimed_by is null or claimed_by not in (${IS_ALIVE}))`) as T) : query;
}

/** Says something to all other processes when the transaction is committed, and not when it is not; nothing with SQLite. */
export async function tellOnCommit(db: Knex.Transaction, from: number | null, topic: string, text: string): Promise<void> {
  if (from !== null) await db.raw('select pg_notify(?, ?)', [SAID, JSON.stringify({ from, topic, text })]);
}

/** What a process said; null when it is none of ours. */
export function saidBy(payload: string | undefined): { readonly from: number; readonly topic: string; readonly text: string } | null {
  try {
    const { from, topic, text } = JSON.parse(payload ?? '') as Record<string, unknown>;
    return typeof from === 'number' && typeof topic === 'string' && typeof text === 'string' ? { from, topic, text } : null;
  } catch {
    return null;
  }
}
