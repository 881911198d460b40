import type { Scope, WriteScope } from '../db/scope.ts';

/** One run of the purge: who, by which rule, how many, from when. */
export interface PurgeEntry {
  readonly at: Date;
  readonly actor: string;
  readonly days: number;
  readonly conversations: number;
  readonly messages: number;
  readonly files: number;
  readonly bytes: number;
  /** Receipt of the oldest and the newest conversation that was deleted. */
  readonly oldest: Date;
  readonly newest: Date;
}

type Portion = Omit<PurgeEntry, 'at' | 'actor' | 'days'>;

/** The first portion of a run makes its entry; answers the entry's id. */
export async function beginEntry({ db, now }: WriteScope, actor: string, days: number, part: Portion): Promise<number> {
  const row = { at: now().toISOString(), actor, days, ...part, oldest: part.oldest.toISOString(), newest: part.newest.toISOString() };
  const [made] = await db('spam_purges').insert(row).returning('id');
  return made.id;
}

/** Every further one adds to it, in the transaction that deletes. */
export async function addToEntry({ db }: WriteScope, id: number, part: Portion): Promise<void> {
  const query = db('spam_purges').where({ id });
  for (const column of ['conversations', 'messages', 'files', 'bytes'] as const) query.increment(column, part[column]);
  await query.update({ newest: part.newest.toISOString() });
}

/** The newest runs that deleted something. */
export async function listEntries({ db }: Scope, limit: number): Promise<readonly PurgeEntry[]> {
  const rows = await db('spam_purges').orderBy('id', 'desc').limit(limit);
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
