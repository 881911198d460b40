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
    // In use again; a row that says so already is neither written nor locked.
    const names = rows.slice(at, at + 200).map(({ sha256 }) => sha256);
    await tx.db('blobs').whereIn('sha256', names).whereNotNull('discarded_at').update({ discarded_at: null });
  }
}

export const recordBlob = (tx: WriteScope, blob: StoredBlob): Promise<void> => recordBlobs(tx, [blob]);
