import { isPostgres } from './dialect.ts';
import type { Scope } from './scope.ts';

type Db = Scope['db'];

/** The last number that each table gave, which may be of a row that is gone. Tables that gave none may be missing. */
export async function lastNumbers(db: Db): Promise<ReadonlyMap<string, number>> {
  if (!isPostgres(db)) {
    const rows: { name: string; seq: number }[] = await db.raw('select name, seq from sqlite_sequence');
    return new Map(rows.map(({ name, seq }) => [name, seq]));
  }
  const numbers = new Map<string, number>();
  for (const [table, sequence] of await sequencesOf(db)) {
    const { rows } = await db.raw(`select case when is_called then last_value else 0 end as n from ${sequence}`);
    numbers.set(table, Number(rows[0]?.n));
  }
  return numbers;
}

/** Each table goes on after its number, those that are not named from the beginning. */
export async function setLastNumbers(db: Db, numbers: ReadonlyMap<string, number>): Promise<void> {
  if (isPostgres(db)) {
    for (const [table, sequence] of await sequencesOf(db)) {
      const last = numbers.get(table) ?? 0;
      await db.raw('select setval(?::regclass, ?, ?)', [sequence, Math.max(1, last), last > 0]);
    }
    return;
  }
  await db.raw('delete from sqlite_sequence');
  for (const [name, seq] of numbers) await db.raw('insert into sqlite_sequence (name, seq) values (?, ?)', [name, seq]);
}

const FEWEST_LEFT_OUT = 10_000;
const MOST_LEFT_OUT = 10_000_000;

/**
 * Leaves out, in every table, as many numbers as it ever gave, at least 10,000 and at most ten million: what was given after the data was
 * copied, and is known outside, is given to nothing else.
 */
export async function leaveNumbersOut(db: Db): Promise<void> {
  const last = await lastNumbers(db);
  const after = (given: number): number => given + Math.min(Math.max(given, FEWEST_LEFT_OUT), MOST_LEFT_OUT);
  const tables = isPostgres(db) ? [...last.keys()] : await numberedTables(db);
  await setLastNumbers(db, new Map(tables.map((table) => [table, after(last.get(table) ?? 0)])));
}

/** Of SQLite, also those that are empty. */
async function numberedTables(db: Db): Promise<readonly string[]> {
  const rows: { name: string }[] = await db.raw("select name from sqlite_master where type = 'table' and sql like '%autoincrement%'");
  return rows.map(({ name }) => name);
}

/** Of PostgreSQL; quoted already. */
async function sequencesOf(db: Db): Promise<readonly [table: string, sequence: string][]> {
  const { rows } = await db.raw(
    `select table_name as name, pg_get_serial_sequence(quote_ident(table_name), column_name) as sequence from information_schema.columns
     where table_schema = current_schema() and column_default like 'nextval(%'`,
  );
  return (rows as { name: string; sequence: string }[]).map(({ name, sequence }) => [name, sequence]);
}
