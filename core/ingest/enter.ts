import { recordBlobs } from '../blobs/store.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import { appendToLedger } from '../ledger/append.ts';
import type { InboxId } from '../lib/ids.ts';
import { heldHashes } from './received/store.ts';
import { insertRawInbound, type NewRawInbound } from './store.ts';

/** Things whose bytes are on disk enter the database and the ledger: from now on they wait to be read. Those that are there are left as they are. */
export async function enterKept(tx: WriteScope, rows: readonly NewRawInbound[]): Promise<void> {
  await recordBlobs(
    tx,
    rows.map(({ blobSha256, bytes }) => ({ sha256: blobSha256, bytes })),
  );
  const added = await insertRawInbound(tx, rows);
  await appendToLedger(
    tx,
    added.map((row) => ({ ...row, kind: 'kept', sha256: row.blobSha256 })),
  );
}

/** Which of these bytes (SHA-256) an inbox was given and still holds. */
export const heldBytes = (scope: Scope, inboxId: InboxId, hashes: readonly string[]): Promise<ReadonlySet<string>> =>
  heldHashes(scope, inboxId, hashes);
