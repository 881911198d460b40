import type { Knex } from 'knex';
import type { Scope } from '../db/scope.ts';
import { WAITING_STATUSES } from '../deliveries/types.ts';
import { doomedFrom } from '../purges/doomed.ts';
import type { Doomed } from '../purges/types.ts';

/** In the trash since before that moment, with nothing on its way to anybody. Read in the order of an index. */
function doomed(db: Knex, before: Date): Knex.QueryBuilder {
  const onTheirWay = db('deliveries as d')
    .whereRaw('d.conversation_id = c.id')
    .whereIn('d.status', [...WAITING_STATUSES]);
  return db('conversations as c').whereRaw('c.trashed_at < ?', [before.toISOString()]).whereNotExists(onTheirWay.select('d.id'));
}

export async function listDoomed({ db }: Scope, before: Date, limit: number): Promise<readonly Doomed[]> {
  const rows: Record<string, unknown>[] = await doomed(db, before)
    .orderByRaw('c.trashed_at, c.id')
    .limit(limit)
    .select('c.id', 'c.inbox_id', 'c.assignee_id', 'c.folder_id', 'c.subject', 'c.contact_address', 'c.trashed_at as counted_from');
  return rows.map(doomedFrom);
}

/** How many conversations lie there since before that moment. */
export async function countDoomed({ db }: Scope, before: Date): Promise<number> {
  const [row] = await db.from(doomed(db, before).select('c.id').as('all_of_them')).count({ n: '*' });
  return Number(row?.['n'] ?? 0);
}
