import type { Scope, WriteScope } from '../db/scope.ts';

interface Envelope {
  readonly id: number;
  readonly purgedAt: string;
  readonly envelope: string;
}

/** Of what was deleted for good, in that order, read in the order of an index. */
export async function purgedEnvelopes({ db }: Scope, after: Envelope | null, limit: number): Promise<readonly Envelope[]> {
  const query = db('raw_inbound').whereRaw('purged_at is not null').orderByRaw('purged_at, id').limit(limit);
  if (after) query.whereRaw('(purged_at, id) > (?, ?)', [after.purgedAt, after.id]);
  return query.select('id', 'purged_at as purgedAt', 'envelope');
}

export async function blank({ db }: WriteScope, ids: readonly number[]): Promise<void> {
  await db('raw_inbound')
    .whereIn('id', [...ids])
    .update({ envelope: '{}' });
}
