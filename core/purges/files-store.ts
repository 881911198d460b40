import { markUnused } from '../blobs/references.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import { forgetFiles } from '../file-texts/words.ts';

/** Notes that nothing refers to these files any more; answers them with their sizes. */
export async function markDiscarded(tx: WriteScope, files: readonly string[]): Promise<readonly { sha256: string; bytes: number }[]> {
  const unused = await markUnused(tx, files);
  await forgetFiles(tx, [...unused]);
  const rows = await tx
    .db('blobs')
    .whereIn('sha256', [...unused])
    .select('sha256', 'bytes');
  return rows.map((row) => ({ sha256: String(row.sha256), bytes: Number(row.bytes) }));
}

export async function unmarkDiscarded({ db }: WriteScope, file: string): Promise<void> {
  await db('blobs').where({ sha256: file }).update({ discarded_at: null });
}

/** Files that were discarded since then, for a run that a crash cut short. */
export async function discardedSince({ db }: Scope, since: Date): Promise<readonly string[]> {
  return db('blobs').where('discarded_at', '>=', since.toISOString()).pluck('sha256');
}
