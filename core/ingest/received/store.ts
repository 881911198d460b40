import { isPostgres } from '../../db/dialect.ts';
import type { WriteScope } from '../../db/scope.ts';
import type { InboxId, RawInboundId } from '../../lib/ids.ts';
import type { RawInboundRecord, RawStatus } from '../types.ts';

/** A kept thing with the same bytes for the same inbox. */
export interface Twin {
  readonly id: RawInboundId;
  readonly status: RawStatus;
}

/**
 * Everything kept for the inbox with the bytes of `record`, itself included. Until the transaction ends nobody else
 * can settle any of them: on PostgreSQL their blob's row is the lock.
 */
export async function twinsOf({ db }: WriteScope, record: { inboxId: InboxId; blobSha256: string }): Promise<readonly Twin[]> {
  if (isPostgres(db)) await db('blobs').where({ sha256: record.blobSha256 }).forNoKeyUpdate().first('sha256');
  return db('raw_inbound')
    .where({ inbox_id: record.inboxId, blob_sha256: record.blobSha256, purged_at: null })
    .select('id', 'status')
    .orderBy('id');
}

/** Says what became of a kept thing; `reason` for those who look it up later. */
export async function settleRaw(
  { db, now }: WriteScope,
  { id }: Pick<RawInboundRecord, 'id'>,
  status: RawStatus,
  reason: string | null,
  spamReason: string | null = null,
): Promise<void> {
  await db('raw_inbound').where({ id }).update({ status, error: reason, spam_reason: spamReason, settled_at: now().toISOString() });
}
