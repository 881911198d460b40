import { isPostgres } from './dialect.ts';
import type { Scope } from './scope.ts';

/** Whether somebody waits for SQLite's one connection. On PostgreSQL whoever waits does so for rows, which nobody here can see: always. */
export const isWaitedFor = ({ db }: Scope): boolean => isPostgres(db) || db.client.pool.numPendingAcquires() > 0;
