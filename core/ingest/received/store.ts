import { isPostgres } from '../../db/dialect.ts';
import { places, run, updateAll, write } from '../../db/direct.ts';
import { createForeseen } from '../../db/foreseen.ts';
import { createPutOff } from '../../db/put-off.ts';
import type { Scope, WriteScope } from '../../db/scope.ts';
import type { InboxId, MessageId, RawInboundId } from '../../lib/ids.ts';
import { sha256 } from '../../lib/secrets.ts';
import { storable } from '../../lib/text.ts';
import { hashOf } from '../../messages/id-hash.ts';
import type { Grave } from '../../trash/grave.ts';
import type { RawInboundRecord, RawStatus } from '../types.ts';
import { rowFromVerdict, UNJUDGED, type Verdict, type VerdictRow } from '../verdict.ts';

/** A kept thing with the same bytes for the same inbox. */
export interface Twin {
  readonly id: RawInboundId;
  readonly status: RawStatus;
  readonly receivedAt: Date;
}

/** What an inbox knows already of something that is received now. */
export interface Known {
  readonly twins: readonly Twin[];
  /** Tombstones with its bytes or one of its ids. */
  readonly graves: readonly Grave[];
  /** A fetched message that came before refers to it. */
  readonly isAwaited: boolean;
  /** Messages that came to the inbox with one of its ids. */
  readonly namesakes: readonly MessageId[];
}

/**
 * Everything kept for the inbox with the bytes of `record`, itself included, what was deleted there for good with these bytes or ids, and
 * what came there with one of its ids, and whether one of `fetchedIds` is waited for.
 * One query, since receiving a mail has none to spare. Until the transaction ends nobody else can settle any of the kept ones: on
 * PostgreSQL their blob's row is the lock.
 */
export async function knownOf(
  { db }: WriteScope,
  { id, inboxId, blobSha256 }: Pick<RawInboundRecord, 'id' | 'inboxId' | 'blobSha256'>,
  externalIds: readonly string[],
  fetchedIds: readonly string[],
): Promise<Known> {
  const known = foreseen.get(db, id);
  // Once: whoever comes again has settled it.
  foreseen.forget(db, id);
  if (known) return known;
  if (isPostgres(db)) await write(db, 'select 1 from blobs where sha256 = ? for no key update', [blobSha256]);
  const hashes = externalIds.map(sha256);
  const named = externalIds.map((id) => hashOf(storable(id)));
  const awaited = fetchedIds.map((id) => hashOf(storable(id)));
  const rows = await run<KnownRow>(
    db,
    `select id, status, 0 as grave, ${NO_GRAVE}, received_at from raw_inbound where inbox_id = ? and blob_sha256 = ? and purged_at is null
     union all select id, '', case when is_ours then 2 else 1 end, external_id_hash, identity, sha256, cast(null as varchar(64)) from tombstones
       where inbox_id = ? and (sha256 = ?${hashes.length > 0 ? ` or external_id_hash in (${places(hashes)})` : ''})
     ${named.length > 0 ? `union all select id, '', 4, ${NO_GRAVE}, cast(null as varchar(64)) from messages where external_id_hash in (${places(named)}) and inbox_id = ? and direction = 'inbound'` : ''}
     ${awaited.length > 0 ? `union all select id, '', 3, ${NO_GRAVE}, cast(null as varchar(64)) from awaited_messages where inbox_id = ? and external_id_hash in (${places(awaited)})` : ''}`,
    [
      ...[inboxId, blobSha256, inboxId, blobSha256, ...hashes],
      ...(named.length > 0 ? [...named, inboxId] : []),
      ...(awaited.length > 0 ? [inboxId, ...awaited] : []),
    ],
  );
  return knownFrom(db, rows);
}

/** What received/foresee.ts asked ahead. */
export const foreseen = createForeseen<RawInboundId, Known>();

export function knownFrom(db: WriteScope['db'], rows: readonly KnownRow[]): Known {
  return {
    twins: rows
      .filter(({ grave }) => grave === 0)
      .map(({ id, status, received_at: at }) => ({
        id: id as RawInboundId,
        status: settled.get({ db }, id as RawInboundId)?.status ?? (status as RawStatus),
        receivedAt: new Date(at ?? 0),
      }))
      .sort((a, b) => a.id - b.id),
    graves: rows
      .filter(({ grave }) => grave === 1 || grave === 2)
      .map(({ id, grave, external_id_hash: externalIdHash, identity, sha256: bytes }) => ({
        ...{ id: id as Grave['id'], isOurs: grave === 2, externalIdHash, identity, sha256: bytes },
      })),
    isAwaited: rows.some(({ grave }) => grave === 3),
    namesakes: rows.filter(({ grave }) => grave === 4).map(({ id }) => id as MessageId),
  };
}

/** PostgreSQL wants to be told what columns without a value are. */
export const NO_GRAVE = ['external_id_hash', 'identity', 'sha256'].map((name) => `cast(null as varchar(64)) as ${name}`).join(', ');

export interface KnownRow {
  readonly id: number;
  readonly status: string;
  /** 0 = something kept, 1 = a tombstone, 2 = one of ours, 3 = somebody refers to it, 4 = a message with its id. */
  readonly grave: number;
  readonly external_id_hash: string | null;
  readonly identity: string | null;
  readonly sha256: string | null;
  readonly received_at: string | null;
}

/** What became of a kept thing, as its row says it. */
interface Settled {
  readonly id: RawInboundId;
  readonly status: RawStatus;
  readonly error: string | null;
  readonly spam_reason: string | null;
  readonly settled_at: string;
  /** What was found out about it, where nothing was before. */
  readonly judged?: VerdictRow;
}

/**
 * Says what became of a kept thing, at the end of the transaction; `reason` for those who look it up later. What was found out about it is kept with it, once: a thing
 * tried again later is not judged by the world of that day.
 */
export async function settleRaw(
  tx: WriteScope,
  { id, verdict: earlier }: Pick<RawInboundRecord, 'id' | 'verdict'>,
  { status, reason, spamReason }: { readonly status: RawStatus; readonly reason: string | null; readonly spamReason: string | null },
  verdict: Verdict,
): Promise<void> {
  const at = tx.now().toISOString();
  const outcome = { id, status, error: reason, spam_reason: spamReason, settled_at: at };
  const isNew = earlier === null && verdict !== UNJUDGED;
  settled.put(tx, id, isNew ? { ...outcome, judged: { ...rowFromVerdict(verdict), judged_at: at } } : outcome);
}

type Types = Parameters<typeof updateAll>[2];
const OUTCOME: Types = { status: 'text', error: 'text', spam_reason: 'text', settled_at: 'text' };
const JUDGED: Types = {
  ...{ ...OUTCOME, authentication: 'text', spam_state: 'text', spam_score: 'float8', spam_report: 'text' },
  ...{ virus_state: 'text', virus_name: 'text', judged_at: 'text' },
};

const settled = createPutOff<RawInboundId, Settled>(async ({ db }, put) => {
  const all = [...put.values()];
  const judged = all.flatMap(({ judged: one, ...outcome }) => (one ? [{ ...outcome, ...one }] : []));
  const rest = all.flatMap(({ judged: one, ...outcome }) => (one ? [] : [outcome]));
  if (judged.length > 0) await updateAll(db, 'raw_inbound', JUDGED, judged);
  if (rest.length > 0) await updateAll(db, 'raw_inbound', OUTCOME, rest);
});

/** Which of these hashes are of something kept for the inbox; what was deleted for good does not count. */
export async function heldHashes({ db }: Scope, inboxId: InboxId, hashes: readonly string[]): Promise<ReadonlySet<string>> {
  const rows: { hash: string }[] = await db('raw_inbound')
    .where({ inbox_id: inboxId, purged_at: null })
    .whereIn('blob_sha256', [...hashes])
    .distinct('blob_sha256 as hash');
  return new Set(rows.map(({ hash }) => hash));
}
