import type { Knex } from 'knex';
import type { Scope } from '../db/scope.ts';
import type { ContactId, InboxId } from '../lib/ids.ts';
import type { RecentContact } from './types.ts';

const STATUSES = ['open', 'snoozed', 'closed'];

/** Conversations of an inbox since then in which a person wrote: neither spam nor lists, machines and what was deleted. Read in the order of an index. */
function withPersons({ db }: Scope, inboxId: InboxId, since: Date): Knex.QueryBuilder {
  const byPerson = db('messages as m').whereRaw('m.conversation_id = c.id').whereNull('m.machine').whereNot('m.kind', 'note');
  return db('conversations as c')
    .where('c.inbox_id', inboxId)
    .whereIn('c.status', STATUSES)
    .where('c.last_message_at', '>=', since.toISOString())
    .whereNull('c.spam_at')
    .whereNull('c.trashed_at')
    .whereExists(byPerson.select('m.id'));
}

export async function countRecent(scope: Scope, inboxId: InboxId, since: Date): Promise<number> {
  const [row] = await withPersons(scope, inboxId, since).countDistinct({ n: 'c.contact_id' });
  return Number(row?.['n'] ?? 0);
}

/** The busiest first. */
export async function listRecent(scope: Scope, inboxId: InboxId, since: Date, limit: number): Promise<readonly RecentContact[]> {
  const rows: Record<string, unknown>[] = await withPersons(scope, inboxId, since)
    .join('contacts as p', 'p.id', 'c.contact_id')
    .groupBy('p.id', 'p.name')
    .orderBy([{ column: 'messages', order: 'desc' }, 'p.id'])
    .limit(limit)
    .select('p.id', 'p.name')
    .max({ address: 'c.contact_address', last_at: 'c.last_message_at' })
    .sum({ messages: 'c.message_count' })
    .count({ conversations: '*' });
  return rows.map((row) => ({
    id: row['id'] as ContactId,
    name: String(row['name']),
    address: String(row['address']),
    messages: Number(row['messages']),
    conversations: Number(row['conversations']),
    lastAt: new Date(String(row['last_at'])),
  }));
}
