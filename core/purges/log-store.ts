import type { Scope, WriteScope } from '../db/scope.ts';
import type { PurgeEntry, PurgeKind } from './types.ts';

export type Portion = Omit<PurgeEntry, 'at' | 'actor' | 'days'>;

/** The first portion of a run makes its entry; answers the entry's id. */
export async function beginEntry({ db, now }: WriteScope, kind: PurgeKind, actor: string, days: number, part: Portion): Promise<number> {
  const times = { oldest: part.oldest.toISOString(), newest: part.newest.toISOString() };
  const [made] = await db('spam_purges')
    .insert({ kind, at: now().toISOString(), actor, days, ...part, ...times })
    .returning('id');
  return made.id;
}

/** Every further one adds to it, in the transaction that deletes. */
export async function addToEntry({ db }: WriteScope, id: number, part: Portion): Promise<void> {
  const query = db('spam_purges').where({ id });
  for (const column of ['conversations', 'messages', 'files', 'bytes'] as const) query.increment(column, part[column]);
  await query.update({ newest: part.newest.toISOString() });
}

/** The newest runs of a kind that deleted something. */
export async function listEntries({ db }: Scope, kind: PurgeKind, limit: number): Promise<readonly PurgeEntry[]> {
  const rows = await db('spam_purges').where({ kind }).orderBy('id', 'desc').limit(limit);
  return rows.map((row) => ({
    at: new Date(row.at),
    actor: String(row.actor),
    days: row.days,
    conversations: row.conversations,
    messages: row.messages,
    files: row.files,
    bytes: Number(row.bytes),
    oldest: new Date(row.oldest),
    newest: new Date(row.newest),
  }));
}
