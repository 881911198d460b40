import { run, write } from '../../db/direct.ts';
import type { WriteScope } from '../../db/scope.ts';
import { sha256 } from '../../lib/secrets.ts';
import { storable } from '../../lib/text.ts';
import { hashOf } from '../../messages/id-hash.ts';
import type { RawInboundRecord } from '../types.ts';
import { foreseen, type KnownRow, knownFrom, NO_GRAVE } from './store.ts';

/** Something about to be received, with the ids of its messages. */
interface ComingThing {
  readonly record: Pick<RawInboundRecord, 'id' | 'inboxId' | 'blobSha256'>;
  readonly externalIds: readonly string[];
}

const GRAVE =
  "t.id, '', case when t.is_ours then 2 else 1 end as grave, t.external_id_hash, t.identity, t.sha256, cast(null as varchar(64)) as received_at";

/**
 * Asks ahead what `knownOf` will be asked in this transaction of things that have no bytes and no id in common, none of them fetched. PostgreSQL only, where
 * their blobs are locked in an order, so that two transactions never wait for each other in a ring.
 */
export async function foreseeKnown({ db }: WriteScope, coming: readonly ComingThing[]): Promise<void> {
  const things = coming.map(({ record }) => record);
  const blobs = things.map(({ blobSha256 }) => blobSha256);
  const pairs = coming.flatMap(({ record, externalIds }) => externalIds.map((id) => ({ record, id })));
  await write(db, 'select 1 from blobs where sha256 = any(?::text[]) order by sha256 for no key update', [blobs]);
  const rows = await run<KnownRow & { thing: number }>(
    db,
    `with kept as (select * from unnest(?::int[], ?::int[], ?::text[]) as k(thing, inbox_id, sha256)),
       named as (select * from unnest(?::int[], ?::int[], ?::text[], ?::text[]) as n(thing, inbox_id, grave_hash, message_hash))
     select k.thing, r.id, r.status, 0 as grave, ${NO_GRAVE}, r.received_at
       from kept k join raw_inbound r on r.inbox_id = k.inbox_id and r.blob_sha256 = k.sha256 where r.purged_at is null
     union all select k.thing, ${GRAVE} from kept k join tombstones t on t.inbox_id = k.inbox_id and t.sha256 = k.sha256
     union select n.thing, ${GRAVE} from named n join tombstones t on t.inbox_id = n.inbox_id and t.external_id_hash = n.grave_hash
     union all select n.thing, m.id, '', 4, ${NO_GRAVE}, cast(null as varchar(64))
       from named n join messages m on m.external_id_hash = n.message_hash and m.inbox_id = n.inbox_id where m.direction = 'inbound'`,
    [
      ...[things.map(({ id }) => String(id)), things.map(({ inboxId }) => String(inboxId)), blobs],
      ...[pairs.map(({ record }) => String(record.id)), pairs.map(({ record }) => String(record.inboxId))],
      ...[pairs.map(({ id }) => sha256(id)), pairs.map(({ id }) => hashOf(storable(id)))],
    ],
  );
  const ofThing = Map.groupBy(rows, ({ thing }) => thing);
  for (const { id } of things) foreseen.put(db, id, knownFrom(db, ofThing.get(id) ?? []));
}
