import type { Knex } from 'knex';
import { isPostgres } from '../db/dialect.ts';
import type { Scope } from '../db/scope.ts';
import { readChainHead } from '../ledger/proof.ts';
import { sha256 } from '../lib/secrets.ts';
import type { Contents } from './manifest.ts';

const SAMPLES = 20;

/** Counts a database and takes fingerprints of some messages; of a live one inside a transaction that sees one moment. */
export async function contentsOf(scope: Scope): Promise<Contents> {
  const { db } = scope;
  const tables: Record<string, number> = {};
  for (const table of await tablesOf(db)) {
    const [row] = await db(table).count<{ n: number | string }[]>({ n: '*' });
    tables[table] = Number(row?.n);
  }
  const newest = await db('migrations').orderBy('id', 'desc').first('name');
  return {
    engine: isPostgres(db) ? 'postgres' : 'sqlite',
    migration: String(newest?.name ?? ''),
    tables,
    samples: await samplesOf(db),
    ledger: await readChainHead(scope),
  };
}

/** Ordinary tables by name; those that an index for searching keeps for itself follow from them. */
async function tablesOf(db: Knex): Promise<readonly string[]> {
  if (!isPostgres(db)) {
    const rows = await db.raw(
      "select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite_%' order by name",
    );
    return (rows as { name: string }[]).map(({ name }) => name);
  }
  const { rows } = await db.raw('select tablename as name from pg_tables where schemaname = current_schema() order by tablename');
  return (rows as { name: string }[]).map(({ name }) => name);
}

async function samplesOf(db: Knex): Promise<Contents['samples']> {
  const [ends] = await db('messages').min({ first: 'id' }).max({ last: 'id' });
  if (ends?.['first'] == null) return [];
  const [first, last] = [Number(ends['first']), Number(ends['last'])];
  const picked = new Set<number>();
  for (let n = 0; n < SAMPLES; n += 1) {
    const row = await db('messages')
      .where('id', '>=', first + Math.floor(Math.random() * (last - first + 1)))
      .orderBy('id')
      .first('id');
    if (row) picked.add(row.id);
  }
  return fingerprintsOf({ db }, [...picked]);
}

/** Fingerprints of these messages as they are; of those that are gone there is none. */
export async function fingerprintsOf({ db }: Pick<Scope, 'db'>, ids: readonly number[]): Promise<Contents['samples']> {
  const rows: Record<string, unknown>[] = await db('messages')
    .whereIn('id', [...ids])
    .orderBy('id');
  return rows.map((row) => {
    const values = Object.keys(row)
      .sort()
      .map((name) => [name, row[name]]);
    return { id: Number(row['id']), sha256: sha256(Buffer.from(JSON.stringify(values))) };
  });
}
