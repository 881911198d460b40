import { createHash } from 'node:crypto';
import { isPostgres } from '../db/dialect.ts';
import { lastNumbers, setLastNumbers } from '../db/numbers.ts';
import type { Scope } from '../db/scope.ts';
import { transact } from '../db/scope.ts';
import { enqueue } from '../jobs/store.ts';
import { AppError } from '../lib/errors.ts';
import { REINDEX_JOB } from '../search/reindex.ts';
import { columnsOf, insertRows, layBare, occupiedBy, type Row, rowsOf, setReferences, tablesToMove } from './store.ts';

/** A table as it was found: how many rows, and a sum over all of them that does not depend on their order. */
export interface Sum {
  readonly rows: number;
  readonly sha256: string;
}
export type Sums = ReadonlyMap<string, Sum>;

const ROOM = 1n << 256n;

/** Raises AppError `database_not_empty` when there is anything in this database that a move would mix with. */
export async function mustBeEmpty({ db }: Pick<Scope, 'db'>): Promise<void> {
  const table = await occupiedBy(db);
  if (table === null) return;
  throw new AppError('database_not_empty', 409, `The database to move into is not empty: see its table ${table}.`, {
    help: 'Give it a new one.',
  });
}

/**
 * Copies every row of one database into another at the same version and reads all of it again from there, whole or not at all: until both are
 * the same the other one has nothing, and a move that was interrupted is begun anew. Answers what both have. Raises AppError `move_differs` when
 * they are not the same. Nobody may write meanwhile. The index for searching is made anew by the running product.
 */
export async function moveRows(from: Scope, to: Scope, say: (line: string) => void): Promise<Sums> {
  const tables = await tablesToMove(from.db);
  return reading(from, async (source) => {
    await setReferences(to.db, 'off');
    try {
      return await transact(to, async (tx) => {
        const { db } = tx;
        const putBack = await layBare(db, tables);
        const sums = new Map<string, Sum>();
        for (const table of tables) {
          sums.set(table, await copyTable(source, tx, table));
          say(`${table}: ${sums.get(table)?.rows} rows`);
        }
        await setLastNumbers(db, await lastNumbers(source.db));
        await putBack();
        say('comparing …');
        mustBeSame(sums, await sumsOf(tx, tables));
        await enqueue(tx, [{ kind: REINDEX_JOB, data: { below: null } }]);
        return sums;
      });
    } finally {
      await setReferences(to.db, 'on');
    }
  });
}

/** Everything as it is at one moment. */
const reading = <T>(scope: Scope, work: (inside: Scope) => Promise<T>): Promise<T> =>
  scope.db.transaction((db) => work({ ...scope, db }), isPostgres(scope.db) ? { isolationLevel: 'repeatable read', readOnly: true } : {});

async function copyTable(from: Scope, to: Scope, table: string): Promise<Sum> {
  const { names, booleans } = await columnsOf(to.db, table);
  const sum = summing(names, booleans);
  for await (const page of rowsOf(from.db, table)) {
    sum.add(page);
    await insertRows(
      to.db,
      table,
      page.map((row) => converted(row, booleans, isPostgres(to.db))),
    );
  }
  return sum.end();
}

async function sumsOf(scope: Scope, tables: readonly string[]): Promise<Sums> {
  const sums = new Map<string, Sum>();
  for (const table of tables) {
    const { names, booleans } = await columnsOf(scope.db, table);
    const sum = summing(names, booleans);
    for await (const page of rowsOf(scope.db, table)) sum.add(page);
    sums.set(table, sum.end());
  }
  return sums;
}

/** SQLite has numbers for yes and no. */
const converted = (row: Row, booleans: ReadonlySet<string>, toPostgres: boolean): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (value === null || !booleans.has(name)) return [name, value];
      return [name, toPostgres ? Boolean(value) : Number(value)];
    }),
  );

/** Adds up the hashes of rows: the engines order neither texts nor rows alike. */
function summing(names: readonly string[], booleans: ReadonlySet<string>) {
  let [rows, total] = [0, 0n];
  return {
    add: (page: readonly Row[]): void => {
      for (const row of page) {
        const unknown = Object.keys(row).find((name) => !names.includes(name));
        if (unknown !== undefined) throw new AppError('move_differs', 409, `The databases are not of one version: ${unknown}.`);
        const values = names.map((name) => (booleans.has(name) && row[name] !== null ? Number(row[name]) : (row[name] ?? null)));
        rows += 1;
        total = (total + BigInt(`0x${createHash('sha256').update(JSON.stringify(values)).digest('hex')}`)) % ROOM;
      }
    },
    end: (): Sum => ({ rows, sha256: total.toString(16).padStart(64, '0') }),
  };
}

function mustBeSame(written: Sums, found: Sums): void {
  const wrong = [...written].filter(([table, { rows, sha256 }]) => found.get(table)?.rows !== rows || found.get(table)?.sha256 !== sha256);
  if (wrong.length === 0) return;
  throw new AppError('move_differs', 500, `What arrived is not what left: ${wrong.map(([table]) => table).join(', ')}.`, {
    help: 'The old database is as it was; go on with it.',
  });
}
