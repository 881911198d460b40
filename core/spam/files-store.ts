import type { Knex } from 'knex';
import type { Scope, WriteScope } from '../db/scope.ts';

/** Those of these files that something still refers to: an attachment, or a kept thing that was not purged. */
export async function referredTo({ db }: Scope, files: readonly string[]): Promise<ReadonlySet<string>> {
  if (files.length === 0) return new Set();
  const attached: string[] = await db('attachments')
    .whereIn('blob_sha256', [...files])
    .distinct()
    .pluck('blob_sha256');
  // By inbox, because that is how the index is ordered.
  const kept: string[] = await db('raw_inbound')
    .whereIn('inbox_id', db('inboxes').select('id') as Knex.QueryBuilder)
    .whereIn('blob_sha256', [...files])
    .whereNull('purged_at')
    .distinct()
    .pluck('blob_sha256');
  return new Set([...attached, ...kept]);
}

/** Notes that nothing refers to these files any more; answers them with their sizes. */
export async function markDiscarded(tx: WriteScope, files: readonly string[]): Promise<readonly { sha256: string; bytes: number }[]> {
  const used = await referredTo(tx, files);
  const unused = files.filter((file) => !used.has(file));
  await tx.db('blobs').whereIn('sha256', unused).update({ discarded_at: tx.now().toISOString() });
  const rows = await tx.db('blobs').whereIn('sha256', unused).select('sha256', 'bytes');
  return rows.map((row) => ({ sha256: String(row.sha256), bytes: Number(row.bytes) }));
}

export async function unmarkDiscarded({ db }: WriteScope, file: string): Promise<void> {
  await db('blobs').where({ sha256: file }).update({ discarded_at: null });
}

/** Files that were discarded since then, for a run that a crash cut short. */
export async function discardedSince({ db }: Scope, since: Date): Promise<readonly string[]> {
  return db('blobs').where('discarded_at', '>=', since.toISOString()).pluck('sha256');
}
