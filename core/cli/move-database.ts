import { existsSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { databaseFile } from '../../config/config.ts';
import { prepareDataDir } from '../boot/data-dir.ts';
import { noteEngine } from '../boot/engine.ts';
import { connect, type DatabaseTarget } from '../db/connect.ts';
import { claimFolder } from '../db/only-process.ts';
import { openDatabase, placeOf } from '../db/open.ts';
import { AppError } from '../lib/errors.ts';
import { errorFacts } from '../lib/log.ts';
import { moveRows, mustBeEmpty } from '../moves/move.ts';
import { type Command, type Console, EXIT, UsageError } from './command.ts';
import { MIGRATIONS } from './installation.ts';
import { readOptions } from './options.ts';

/** Copies the database to the other engine while the server is stopped, and compares every row. The old one stays as it is. Begun again, it begins anew. */
export const moveDatabase: Command = {
  name: 'move-database',
  usage: '--to postgres|sqlite  (the address postgres://… on standard input)',
  summary: 'copy everything to PostgreSQL, or back to SQLite, and compare every row',
  run: async (args, console) => {
    const { values } = readOptions(args, { to: { type: 'string' } });
    if (values.to !== 'postgres' && values.to !== 'sqlite') throw new UsageError('--to is postgres or sqlite.');
    if ((values.to === 'sqlite') === (console.config.databaseUrl === null))
      throw new UsageError(`The database is ${values.to === 'sqlite' ? 'SQLite' : 'PostgreSQL'} already (CENTRALA_DATABASE_URL).`);
    prepareDataDir(console.config.dataDir);
    const claim = claimFolder(console.config.dataDir);
    try {
      return values.to === 'sqlite' ? await toSqlite(console) : await toPostgres(console);
    } finally {
      claim.release();
    }
  },
};

async function toPostgres(console: Console): Promise<number> {
  const url = (await console.readInput()).trim();
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError('Standard input must be the address of the new database: postgres://…');
  await move(console, { url, file: '' });
  console.note('Set CENTRALA_DATABASE_URL to this address and start Centrala. The SQLite file is as it was.');
  return EXIT.ok;
}

async function toSqlite(console: Console): Promise<number> {
  const file = databaseFile(console.config);
  // SQLite would write the log of another database into the new one.
  const other = [file, `${file}-wal`].find((name) => existsSync(name));
  if (other)
    throw new AppError('database_not_empty', 409, `There is a database already: ${other}.`, {
      help: 'Move it away first, and its -wal and -shm with it.',
    });
  const half = `${file}.moving`;
  for (const name of [half, `${half}-wal`, `${half}-shm`]) await rm(name, { force: true });
  await move(console, { url: null, file: half });
  renameSync(half, file);
  await noteEngine({ ...console.config, databaseUrl: null });
  console.note('Unset CENTRALA_DATABASE_URL and start Centrala. The tables in PostgreSQL are as they were.');
  return EXIT.ok;
}

async function move(console: Console, target: DatabaseTarget): Promise<void> {
  const fresh = connect(target);
  try {
    await mustBeEmpty({ db: fresh });
  } catch (error) {
    if (error instanceof AppError) throw error;
    const help = 'Check that it runs and that the address on standard input is right: user, password, host, port, database.';
    throw new AppError('database', 503, `${placeOf(target)} cannot be used (${errorFacts(error).error}).`, { cause: error, help });
  } finally {
    await fresh.destroy();
  }
  const { scope } = await console.find();
  const { db } = await openDatabase(target, MIGRATIONS);
  try {
    const sums = await moveRows(scope, { ...scope, db }, console.note);
    const rows = [...sums.values()].reduce((total, sum) => total + sum.rows, 0);
    console.say(`moved ${rows} rows of ${sums.size} tables; every row is what it was`);
  } finally {
    // Writes the log of SQLite into its file.
    await db.destroy();
  }
}
