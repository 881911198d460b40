import { stat } from 'node:fs/promises';
import type { DatabaseTarget } from '../db/connect.ts';
import type { Scope } from '../db/scope.ts';

/** How much the database takes up. */
export async function databaseBytes({ db }: Scope, target: DatabaseTarget): Promise<number> {
  if (target.url === null) return (await stat(target.file)).size;
  const { rows } = await db.raw('select pg_database_size(current_database()) as bytes');
  return Number((rows as { bytes: number | string }[])[0]?.bytes);
}
