import { existsSync, mkdirSync, readdirSync } from 'node:fs';
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
  const own = claimFile(join(dir, RUNNING), atWork(dir));
  try {
    const all = claimFile(join(dir, TOGETHER), atWork(dir));
    return {
      release: () => {
        all.release();
        own.release();
      },
    };
  } catch (error) {
    own.release();
    throw error;
  }
}

const RUNNING = 'running.lock';
/** Several that share a folder hold this together; whoever wants it alone gets it only when none of them is there. */
const TOGETHER = 'together.lock';

const atWork = (dir: string) => (cause: unknown) => {
  const help = 'Stop it first, or choose another CENTRALA_DATA_DIR.';
  return new AppError('already_running', 500, `Another Centrala is already at work in the data folder ${dir}.`, { cause, help });
};

/** A folder of one process's own inside the data folder that several share. */
export interface Seat {
  readonly dir: string;
  /** It is the data folder itself: its holder is the one that clears up there. */
  readonly isFirst: boolean;
  release(): void;
}

const MAX_SEATS = 1_000;

/** All seats that were ever taken, the data folder itself first. */
export function seatsOf(dataDir: string): readonly string[] {
  const inside = join(dataDir, 'processes');
  return [dataDir, ...(existsSync(inside) ? readdirSync(inside).map((name) => join(inside, name)) : [])];
}

/** Claims the first seat that nobody has: perhaps one of a process that died, whose rests are then ours. */
export function claimSeat(dataDir: string): Seat {
  const together = claimFile(join(dataDir, TOGETHER), atWork(dataDir), 'shared');
  for (let number = 0; number < MAX_SEATS; number += 1) {
    const dir = number === 0 ? dataDir : join(dataDir, 'processes', String(number));
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const claim = claimIfFree(dir);
    if (claim === null) continue;
    const release = (): void => {
      claim.release();
      together.release();
    };
    return { dir, isFirst: number === 0, release };
  }
  throw new AppError('already_running', 500, `All ${MAX_SEATS} places in ${dataDir} are taken.`);
}

/** Claims one seat for a moment or for good; null when somebody is at work there. */
export function claimIfFree(dir: string): { release(): void } | null {
  try {
    return claimFile(join(dir, RUNNING), atWork(dir));
  } catch (error) {
    if (error instanceof AppError && error.code === 'already_running') return null;
    throw error;
  }
}

/** Claims a file in the same way, by SQLite's exclusive lock on an empty database; throws what `refusal` makes when somebody else has it. `shared`: beside others who share. */
export function claimFile(
  path: string,
  refusal: (cause: unknown) => AppError,
  kind: 'exclusive' | 'shared' = 'exclusive',
): { release(): void } {
  const lock = new Database(path, { timeout: 0 });
  try {
    lock.pragma('journal_mode = memory');
    // A read inside a transaction is SQLite's shared lock.
    lock.exec(kind === 'shared' ? 'begin; select count(*) from sqlite_master' : 'begin exclusive');
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
