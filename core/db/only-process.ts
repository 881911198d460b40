import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../lib/errors.ts';

/** A claim that nobody refers to any more would be closed with the garbage. */
const claims = new Set<Database.Database>();

/**
 * Claims the data folder for this process until `release` or its death, however it dies: two at once would take each other's half-written
 * mail for rests of a crash. Throws AppError `already_running`.
 */
export function claimFolder(dir: string): { release(): void } {
  return claimFile(join(dir, 'running.lock'), (cause) => {
    const help = 'Stop it first, or choose another CENTRALA_DATA_DIR.';
    return new AppError('already_running', 500, `Another Centrala is already at work in the data folder ${dir}.`, { cause, help });
  });
}

/** Claims a file in the same way, by SQLite's exclusive lock on an empty database; throws what `refusal` makes when somebody else has it. */
export function claimFile(path: string, refusal: (cause: unknown) => AppError): { release(): void } {
  const lock = new Database(path, { timeout: 0 });
  try {
    lock.pragma('journal_mode = memory');
    lock.exec('begin exclusive');
    claims.add(lock);
  } catch (error) {
    lock.close();
    if (!(error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY')) throw error;
    throw refusal(error);
  }
  return {
    release: () => {
      claims.delete(lock);
      lock.close();
    },
  };
}
