import type { Scope, WriteScope } from '../db/scope.ts';
import { findRawInbounds } from '../ingest/find-raw.ts';
import type { RawInboundRecord } from '../ingest/types.ts';
import type { VirusVerdict } from '../ingest/verdict.ts';
import type { RawInboundId } from '../lib/ids.ts';

/** What no scanner could look at, oldest first, after the given id; read from an index of those alone. */
export async function unscannedAfter(scope: Scope, after: number, limit: number): Promise<readonly RawInboundRecord[]> {
  const query = scope.db('raw_inbound').whereRaw("virus_state = 'unscanned'").where('id', '>', after).whereNot('status', 'waiting');
  return findRawInbounds(scope, await query.whereNull('purged_at').orderBy('id').limit(limit).pluck('id'));
}

/** Puts what was found in the place of its absence. */
export async function recordScan({ db }: WriteScope, id: RawInboundId, { state, name }: VirusVerdict): Promise<void> {
  await db('raw_inbound').where({ id }).whereRaw("virus_state = 'unscanned'").update({ virus_state: state, virus_name: name });
}
