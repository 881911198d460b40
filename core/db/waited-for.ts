import { setTimeout as wait } from 'node:timers/promises';
import { isPostgres } from './dialect.ts';
import type { Scope } from './scope.ts';

/** Of each pool, how many that can wait are asking it for something now. */
const patient = new WeakMap<object, number>();

/**
 * Whether somebody waits for SQLite's one connection, other than those who ask `patiently`. For whoever holds the connection. On PostgreSQL
 * whoever waits does so for rows, which nobody here can see: always.
 */
export const isWaitedFor = ({ db }: Scope): boolean =>
  isPostgres(db) || db.client.pool.numPendingAcquires() > (patient.get(db.client.pool) ?? 0);

/** How long a transaction that others wait for may be held: on SQLite they wait for the one connection, on PostgreSQL only who wants the very rows, and each transaction brings statements of its own. */
export const holdMs = ({ db }: Scope): number => (isPostgres(db) ? 100 : 6);

const PAGE_MS = 20;

/** Time for whoever waited to ask on: a page asks several times, each time after the answer before. On PostgreSQL nobody waits for the connection. */
export const letOthersAsk = async ({ db }: Scope): Promise<void> => {
  if (!isPostgres(db)) await wait(PAGE_MS);
};

/** One query or transaction, or several in turn and nothing else, of what nobody looks at: who holds SQLite's one connection need not hurry for it. */
export async function patiently<T>({ db }: Scope, work: () => Promise<T>): Promise<T> {
  const { pool } = db.client;
  if (!pool) return work();
  const add = (n: number): unknown => patient.set(pool, (patient.get(pool) ?? 0) + n);
  add(1);
  try {
    return await work();
  } finally {
    add(-1);
  }
}
