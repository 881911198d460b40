import type { Knex } from 'knex';
import { isPostgres } from '../../core/db/dialect.ts';

/** How many statements `work` sends to the database. */
export async function countQueries(db: Knex, work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const note = (): void => {
    count += 1;
  };
  db.on('query', note);
  await work();
  db.off('query', note);
  return count;
}

/** How the database would answer a statement: a line a step, "SCAN t" (SQLite) or "Seq Scan" (PostgreSQL) where it reads a whole table. */
export async function planOf(db: Knex, sql: string, bindings: readonly unknown[]): Promise<string> {
  if (!isPostgres(db)) {
    const steps: { detail: string }[] = await db.raw(`explain query plan ${sql}`, [...bindings] as string[]);
    return steps.map((step) => step.detail).join('\n');
  }
  return db.transaction(async (trx) => {
    // With a handful of rows every table fits a page: what matters is whether an index could be used.
    await trx.raw('set local enable_seqscan = off');
    const answer: { rows: { 'QUERY PLAN': string }[] } = await trx.raw(`explain ${sql.replace(/\$\d+/g, '?')}`, [...bindings] as string[]);
    return answer.rows.map((row) => row['QUERY PLAN']).join('\n');
  });
}
