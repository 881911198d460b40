import type { Knex } from 'knex';
import { AppError, SettingError } from '../lib/errors.ts';
import { errorFacts } from '../lib/log.ts';
import { connect, type DatabaseTarget } from './connect.ts';
import { isPostgres, postgresFacts } from './dialect.ts';
import { migrate, migrationState } from './migrate.ts';

const OLDEST_POSTGRES = 15;

/** SQLSTATEs by which PostgreSQL refuses the user, the password, the database or the right to make tables; and a host without an address. */
const WRONG_SETTING: ReadonlySet<string> = new Set(['28P01', '28000', '3D000', '42501', 'ENOTFOUND']);
/** No connection, or one that broke before it answered; and PostgreSQL while it starts or has no place. */
const NO_ANSWER = /^(E[A-Z]+|57P0\d|53300)$|timeout|terminated/;

/** The database by the name a person knows it by, without user and password. */
export function placeOf({ url, file }: DatabaseTarget): string {
  if (url === null) return file;
  return `PostgreSQL at ${URL.canParse(url) ? new URL(url).host : 'its socket'}`;
}

export interface Opening {
  /** Takes a database there that has data already. */
  readonly upgrade?: (db: Knex) => Promise<readonly string[]>;
  /** Takes one there that has nothing yet. */
  readonly make?: (db: Knex) => Promise<readonly string[]>;
  /** Called when another process is at it, for which this one waits. */
  readonly onWait?: () => void;
}

/**
 * Opens the database at its newest version; `ran` names the migrations that took it there. Of several processes that start at once one takes it
 * there and the others wait for it. Throws one sentence that says what is wrong with it.
 */
export async function openDatabase(
  target: DatabaseTarget,
  migrations: string,
  { make = (db) => migrate(db, migrations), upgrade = make, onWait = () => {} }: Opening = {},
): Promise<{ db: Knex; ran: readonly string[] }> {
  const db = connect(target);
  try {
    await mustSuit(db);
    const ran = await oneAtATime(db, onWait, async () => {
      const state = await migrationState(db, migrations);
      if (state.pending.length === 0) return [];
      return state.ran > 0 ? upgrade(db) : make(db);
    });
    return { db, ran };
  } catch (error) {
    await db.destroy();
    throw explained(error, target);
  }
}

/** The advisory lock of whoever looks at the migrations. */
const MIGRATING = 0x43_4d_4947;

/** With PostgreSQL, under a lock that goes with its connection; a SQLite file is one process's already. */
async function oneAtATime<T>(db: Knex, onWait: () => void, work: () => Promise<T>): Promise<T> {
  if (!isPostgres(db)) return work();
  return db.transaction(async (tx) => {
    // It says nothing for as long as the migrations take.
    await tx.raw('set local idle_in_transaction_session_timeout = 0');
    const { rows } = await tx.raw('select pg_try_advisory_xact_lock(?) as ours', [MIGRATING]);
    if (!rows[0]?.ours) {
      onWait();
      await tx.raw('select pg_advisory_xact_lock(?)', [MIGRATING]);
    }
    return work();
  });
}

async function mustSuit(db: Knex): Promise<void> {
  const facts = await postgresFacts(db);
  if (facts === null) return;
  if (facts.encoding !== 'UTF8')
    throw new SettingError(`The database of CENTRALA_DATABASE_URL stores ${facts.encoding}, not UTF8.`, 'Make it with: createdb -E UTF8.');
  if (facts.major < OLDEST_POSTGRES)
    throw new SettingError(`PostgreSQL ${facts.major} is too old.`, `Let CENTRALA_DATABASE_URL name version ${OLDEST_POSTGRES} or newer.`);
}

/** The driver's error in words for the person who starts the product; anything unexpected stays as it is. */
function explained(error: unknown, target: DatabaseTarget): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  const place = placeOf(target);
  if (target.url === null) {
    if (!/^SQLITE_(NOTADB|CORRUPT|CANTOPEN|READONLY|PERM|FULL|IOERR)/.test(code)) return error;
    return new AppError('database', 500, `The database ${place} cannot be opened (${error.message}).`, {
      cause: error,
      help: /^SQLITE_(NOTADB|CORRUPT)/.test(code)
        ? 'Put the last good backup in its place: "centrala restore latest".'
        : 'The file may be whole: look at the rights of this user there, and whether the disk is there, has room and is mounted for writing.',
    });
  }
  if (WRONG_SETTING.has(code) || error.message.startsWith('SASL'))
    return new SettingError(`${place} refuses: ${errorFacts(error).error}.`, 'Correct CENTRALA_DATABASE_URL.', error);
  if (!NO_ANSWER.test(code || error.message)) return error;
  const help = 'Check that it runs, and CENTRALA_DATABASE_URL.';
  return new AppError('database', 503, `${place} does not answer (${error.message || code}).`, { cause: error, help });
}
