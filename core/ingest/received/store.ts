import { isPostgres } from '../../db/dialect.ts';
import type { Scope, WriteScope } from '../../db/scope.ts';
import type { InboxId, RawInboundId } from '../../lib/ids.ts';
import { sha256 } from '../../lib/secrets.ts';
import { storable } from '../../lib/text.ts';
import { hashOf } from '../../messages/id-hash.ts';
import type { Grave } from '../../trash/grave.ts';
import type { RawInboundRecord, RawStatus } from '../types.ts';
import { rowFromVerdict, UNJUDGED, type Verdict } from '../verdict.ts';

/** A kept thing with the same bytes for the same inbox. */
export interface Twin {
  readonly id: RawInboundId;
  readonly status: RawStatus;
}

/** What an inbox knows already of something that is received now. */
export interface Known {
  readonly twins: readonly Twin[];
  /** Tombstones with its bytes or one of its ids. */
  readonly graves: readonly Grave[];
  /** A fetched message that came before refers to it. */
  readonly isAwaited: boolean;
}

/**
 * Everything kept for the inbox with the bytes of `record`, itself included, what was deleted there for good with these bytes or ids, and
 * whether one of `fetchedIds` is waited for.
 * One query, since receiving a mail has none to spare. Until the transaction ends nobody else can settle any of the kept ones: on
 * PostgreSQL their blob's row is the lock.
 */
export async function knownOf(
  { db }: WriteScope,
  { inboxId, blobSha256 }: { inboxId: InboxId; blobSha256: string },
  externalIds: readonly string[],
  fetchedIds: readonly string[],
): Promise<Known> {
  if (isPostgres(db)) await db('blobs').where({ sha256: blobSha256 }).forNoKeyUpdate().first('sha256');
  const nothing = ['external_id_hash', 'identity', 'sha256'].map((name) => db.raw(`cast(null as varchar(64)) as ${name}`));
  const graves = db('tombstones')
    .where({ inbox_id: inboxId })
    .where((either) => either.where({ sha256: blobSha256 }).orWhereIn('external_id_hash', externalIds.map(sha256)))
    .select('id', db.raw("'' as status"), db.raw('case when is_ours then 2 else 1 end as grave'), 'external_id_hash', 'identity', 'sha256');
  const awaited = db('awaited_messages')
    .where({ inbox_id: inboxId })
    .whereIn(
      'external_id_hash',
      fetchedIds.map((id) => hashOf(storable(id))),
    )
    .select('id', db.raw("'' as status"), db.raw('3 as grave'), ...nothing);
  const rows: Row[] = await db('raw_inbound')
    .where({ inbox_id: inboxId, blob_sha256: blobSha256, purged_at: null })
    .select('id', 'status', db.raw('0 as grave'), ...nothing)
    .unionAll(fetchedIds.length > 0 ? [graves, awaited] : [graves]);
  return {
    twins: rows
      .filter(({ grave }) => grave === 0)
      .map(({ id, status }) => ({ id: id as RawInboundId, status: status as RawStatus }))
      .sort((a, b) => a.id - b.id),
    graves: rows
      .filter(({ grave }) => grave === 1 || grave === 2)
      .map(({ id, grave, external_id_hash: externalIdHash, identity, sha256: bytes }) => ({
        ...{ id: id as Grave['id'], isOurs: grave === 2, externalIdHash, identity, sha256: bytes },
      })),
    isAwaited: rows.some(({ grave }) => grave === 3),
  };
}

interface Row {
  readonly id: number;
  readonly status: string;
  /** 0 = something kept, 1 = a tombstone, 2 = one of ours, 3 = somebody refers to it. */
  readonly grave: number;
  readonly external_id_hash: string | null;
  readonly identity: string | null;
  readonly sha256: string | null;
}

/**
 * Says what became of a kept thing; `reason` for those who look it up later. What was found out about it is kept with it, once: a thing
 * tried again later is not judged by the world of that day.
 */
export async function settleRaw(
  { db, now }: WriteScope,
  { id, verdict: earlier }: Pick<RawInboundRecord, 'id' | 'verdict'>,
  { status, reason, spamReason }: { readonly status: RawStatus; readonly reason: string | null; readonly spamReason: string | null },
  verdict: Verdict,
): Promise<void> {
  const at = now().toISOString();
  const judged = earlier === null && verdict !== UNJUDGED ? { ...rowFromVerdict(verdict), judged_at: at } : {};
  await db('raw_inbound')
    .where({ id })
    .update({ status, error: reason, spam_reason: spamReason, settled_at: at, ...judged });
}

/** Which of these hashes are of something kept for the inbox; what was deleted for good does not count. */
export async function heldHashes({ db }: Scope, inboxId: InboxId, hashes: readonly string[]): Promise<ReadonlySet<string>> {
  const rows: { hash: string }[] = await db('raw_inbound')
    .where({ inbox_id: inboxId, purged_at: null })
    .whereIn('blob_sha256', [...hashes])
    .distinct('blob_sha256 as hash');
  return new Set(rows.map(({ hash }) => hash));
}
