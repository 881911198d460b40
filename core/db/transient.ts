// SQLite: locked, full or failing disk. PostgreSQL: connection (08), rollback by the server (40), resources (53), shut down (57), system (58).
const CODES =
  /^(SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|NOMEM)|E(CONN|PIPE|HOSTUNREACH|TIMEDOUT|NOTFOUND|AI_AGAIN)|(08|40|53|57|58)[0-9A-Z]{3}$)/;
const TEXTS = /^(Connection terminated|Client has encountered a connection error|Knex: Timeout acquiring a connection)/;

/** Whether an error is about the database's present state, so that the same call may work later, and not about what was written. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && typeof error.code === 'string' && CODES.test(error.code)) || TEXTS.test(error.message);
}

/** SQLSTATE of a kept statement that fits no more: a table has other columns since a migration, or a pooler gave us another connection, which does not know it or knows another one. */
const UNFIT: readonly unknown[] = ['0A000', '26000', '42P05'];
export const isUnfit = (error: unknown): boolean => error instanceof Error && 'code' in error && UNFIT.includes(error.code);

/** Whether PostgreSQL undid a transaction only because of others (deadlock, serialisation), or of how it was asked: the same work may go through at once. */
export const isRolledBack = (error: unknown): boolean =>
  isUnfit(error) || (error instanceof Error && 'code' in error && (error.code === '40P01' || error.code === '40001'));

/** Whether SQLite could not even begin because another process writes. */
export const isLocked = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^SQLITE_BUSY/.test(error.code);
