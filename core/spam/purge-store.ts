import type { Knex } from 'knex';
import type { Scope } from '../db/scope.ts';
import { doomedFrom } from '../purges/doomed.ts';
import type { Doomed } from '../purges/types.ts';

/** Mail of an account may be older than the account is here: what no person called spam is counted from when it could be seen in the folder. */
const COUNTED_FROM = "case when c.spam_reason <> 'agent' and c.spam_at > c.last_message_at then c.spam_at else c.last_message_at end";

/** In spam, newest receipt before `before`, never answered by anybody (a confirmation is nobody's), and without a draft: it may be an answer that was held back. Read in the order of an index. */
function doomed(db: Knex, before: Date): Knex.QueryBuilder {
  return db('conversations as c')
    .whereRaw('c.spam_at is not null and c.trashed_at is null')
    .where('c.last_message_at', '<', before.toISOString())
    .whereRaw(`${COUNTED_FROM} < ?`, [before.toISOString()])
    .whereNotExists(
      db('messages as m').whereRaw('m.conversation_id = c.id').where({ 'm.direction': 'outbound', 'm.automated': false }).select('m.id'),
    )
    .whereNotExists(db('drafts as d').whereRaw('d.conversation_id = c.id').select('d.agent_id'));
}

export async function listDoomed({ db }: Scope, before: Date, limit: number): Promise<readonly Doomed[]> {
  const rows: Record<string, unknown>[] = await doomed(db, before)
    .orderByRaw('c.last_message_at, c.id')
    .limit(limit)
    .select('c.id', 'c.inbox_id', 'c.assignee_id', 'c.folder_id', 'c.subject', 'c.contact_address')
    .select(db.raw(`${COUNTED_FROM} as counted_from`));
  return rows.map(doomedFrom);
}

/** How many there are, counted to `most` at most. */
export async function countDoomed({ db }: Scope, before: Date, most: number): Promise<number> {
  const [row] = await db.from(doomed(db, before).limit(most).select('c.id').as('some')).count({ n: '*' });
  return Number(row?.['n'] ?? 0);
}
