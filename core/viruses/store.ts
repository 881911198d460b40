import type { StoredBlob } from '../blobs/blobs.ts';
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

/** The files of the messages that were made from a kept thing. */
export async function filesFrom({ db }: Scope, id: RawInboundId): Promise<readonly StoredBlob[]> {
  const rows = await db('attachments as a')
    .join('messages as m', 'm.id', 'a.message_id')
    .where('m.raw_inbound_id', id)
    .select('a.blob_sha256', 'a.bytes');
  return rows.map((row) => ({ sha256: String(row.blob_sha256), bytes: Number(row.bytes) }));
}
