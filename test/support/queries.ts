import type { Knex } from 'knex';

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
