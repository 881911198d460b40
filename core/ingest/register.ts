import { BlobMissingError, type Blobs, type StoredBlob } from '../blobs/blobs.ts';
import { tellOnCommit } from '../db/claimants.ts';
import { type Scope, transact } from '../db/scope.ts';
import { patiently } from '../db/waited-for.ts';
import type { InboxId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import { type CompanyDay, companyDay } from '../settings/company-day.ts';
import type { Spool, Spooled } from '../spool/types.ts';
import { enterKept } from './enter.ts';
import { knownInboxes, type NewRawInbound } from './store.ts';

/** Said to other processes: something waits to be read. */
export const KEPT = 'kept';

export interface RegisterDeps {
  readonly scope: Scope;
  readonly spool: Spool;
  readonly blobs: Blobs;
  readonly log: Log;
}

/**
 * Moves the oldest kept things from the spool into the blob store and `raw_inbound`; answers how many. Bytes first, row second, spool
 * last: a crash in between repeats a step that changes nothing the second time.
 */
export async function registerSpooled({ scope, spool, blobs, log }: RegisterDeps, limit: number): Promise<number> {
  const spooled = await spool.take(limit);
  if (spooled.length === 0) return 0;
  const named = spooled.flatMap(({ inboxIds }) => inboxIds);
  const [known, dayOf] = await patiently(scope, () => Promise.all([knownInboxes(scope, named), companyDay(scope)]));
  const [ready, strange] = [
    spooled.filter((one) => one.inboxIds.some((id) => known.has(id))),
    spooled.filter((one) => !one.inboxIds.some((id) => known.has(id))),
  ];
  if (strange.length > 0) {
    log.error('spooled_for_unknown_inbox', { ids: strange.map(({ id }) => id) });
    await spool.setAside(strange.map(({ id }) => id));
  }
  await storeBytes(ready, blobs, log);
  const rows = ready.flatMap((one) => one.inboxIds.filter((id) => known.has(id)).map((inboxId) => rowOf(one, inboxId, dayOf)));
  await patiently(scope, () =>
    transact(scope, async (tx) => {
      await enterKept(tx, rows);
      await tellOnCommit(tx.db, scope.claimant ?? null, KEPT, '');
    }),
  );
  await spool.forget(ready);
  return spooled.length;
}

const rowOf = (one: Spooled, inboxId: InboxId, dayOf: CompanyDay): NewRawInbound => ({
  ...one,
  spoolId: one.id,
  inboxId,
  blobSha256: one.sha256,
  day: dayOf(new Date(one.receivedAt)),
});

async function storeBytes(spooled: readonly Spooled[], blobs: Blobs, log: Log): Promise<void> {
  const small = spooled.flatMap(({ body }) => ('bytes' in body ? [body.bytes] : []));
  await blobs.putAll(small);
  // Gives megabytes back now instead of at some later collection: each body has a buffer of its own, used by nobody else.
  for (const { buffer } of small) if (buffer instanceof ArrayBuffer) buffer.transfer(0);
  await Promise.all(spooled.map(async ({ body, ...blob }) => 'file' in body && (await adopt(blobs, body.file, blob, log))));
}

// Lost bytes still become a row, so that the ledger counts them and a person sees the reason.
async function adopt(blobs: Blobs, file: string, blob: StoredBlob & { id: string }, log: Log): Promise<void> {
  try {
    await blobs.adopt(file, blob);
  } catch (error) {
    if (!(error instanceof BlobMissingError)) throw error;
    log.error('spooled_bytes_missing', { id: blob.id, sha256: blob.sha256, bytes: blob.bytes });
  }
}
