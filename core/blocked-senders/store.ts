import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';
import type { BlockedKind, BlockedSender } from './types.ts';

interface Row {
  id: number;
  kind: string;
  value: string;
  author_id: number | null;
  created_at: string;
  first_name: string | null;
  last_name: string | null;
}

const fromRow = (row: Row): BlockedSender => ({
  id: row.id,
  kind: row.kind as BlockedKind,
  value: row.value,
  author: row.author_id === null ? null : { id: row.author_id as AgentId, firstName: row.first_name ?? '', lastName: row.last_name ?? '' },
  createdAt: new Date(row.created_at),
});

/** Those of the values that are on the list. */
export async function valuesAmong({ db }: Scope, values: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set(
    await db('blocked_senders')
      .whereIn('value', [...values])
      .pluck('value'),
  );
}

/** False when it was on the list already. */
export async function insertBlocked(
  { db, now }: WriteScope,
  { kind, value }: Pick<BlockedSender, 'kind' | 'value'>,
  authorId: AgentId | null,
): Promise<boolean> {
  const row = { kind, value, author_id: authorId, created_at: now().toISOString() };
  return (await db('blocked_senders').insert(row).onConflict('value').ignore().returning('id')).length > 0;
}

/** The value that was removed, or null. */
export async function deleteBlocked({ db }: WriteScope, id: number): Promise<string | null> {
  const row = await db('blocked_senders').where({ id }).first('value');
  return row && (await db('blocked_senders').where({ id }).delete()) > 0 ? String(row.value) : null;
}

/** In the order of the alphabet, after `after`; `q` is the beginning of an address or domain. */
export async function listBlocked({ db }: Scope, q: string, after: string | null, limit: number): Promise<readonly BlockedSender[]> {
  const query = db('blocked_senders as b')
    .leftJoin('agents as a', 'a.id', 'b.author_id')
    .select('b.*', 'a.first_name', 'a.last_name')
    .orderBy('b.value')
    .limit(limit);
  // A range instead of "like": every engine and collation reads it from the index, and no character of it is a wildcard.
  if (q !== '') query.where('b.value', '>=', q).where('b.value', '<', `${q}\uffff`);
  if (after !== null) query.where('b.value', '>', after);
  return (await query).map(fromRow);
}
