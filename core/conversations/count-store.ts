import type { Scope } from '../db/scope.ts';
import { type PageQuery, pageOfIds } from './pages/store.ts';

/** How many rows a page has. */
export async function countPage({ db }: Scope, page: PageQuery): Promise<number> {
  const row: { n: number | string } | undefined = await db.from(pageOfIds(db, page).as('counted')).count('* as n').first();
  return Number(row?.n ?? 0);
}
