import type { WriteScope } from '../db/scope.ts';
import type { StoredBlob } from './blobs.ts';

/** Notes that these blobs are in use, so that rows may refer to them. Known ones are left as they are. */
export async function recordBlobs(tx: WriteScope, blobs: readonly StoredBlob[]): Promise<void> {
  const created_at = tx.now().toISOString();
  const rows = [...new Map(blobs.map(({ sha256, bytes }) => [sha256, { sha256, bytes, created_at }])).values()];
  for (let at = 0; at < rows.length; at += 200) {
    await tx
      .db('blobs')
      .insert(rows.slice(at, at + 200))
      .onConflict('sha256')
      .ignore();
  }
}

export const recordBlob = (tx: WriteScope, blob: StoredBlob): Promise<void> => recordBlobs(tx, [blob]);
