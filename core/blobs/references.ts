import type { Scope, WriteScope } from '../db/scope.ts';

/** Every table with a column `blob_sha256`, without `raw_inbound`, whose purged rows need their file no more. */
const HOLDERS = ['attachments', 'draft_attachments', 'draft_version_files', 'canned_response_attachments', 'pictures', 'files'] as const;

/** Those of these files that something still refers to: an attachment of a message, draft, earlier draft or template, a picture, a file of the company, or a kept thing that was not purged. */
export async function referredTo({ db }: Scope, files: readonly string[]): Promise<ReadonlySet<string>> {
  if (files.length === 0) return new Set();
  const used = new Set<string>();
  const note = (found: readonly string[]): void => {
    for (const file of found) used.add(file);
  };
  for (const table of HOLDERS)
    note(
      await db(table)
        .whereIn('blob_sha256', [...files])
        .distinct()
        .pluck('blob_sha256'),
    );
  // By inbox, because that is how the index is ordered.
  const kept = db('raw_inbound')
    .whereRaw('inbox_id in (select id from inboxes)')
    .whereIn('blob_sha256', [...files]);
  note(await kept.whereNull('purged_at').distinct().pluck('blob_sha256'));
  return used;
}

/** Answers those of these files that nothing refers to any more, and notes it of them. */
export async function markUnused(tx: WriteScope, files: readonly string[]): Promise<readonly string[]> {
  const used = await referredTo(tx, files);
  const unused = files.filter((file) => !used.has(file));
  await tx.db('blobs').whereIn('sha256', unused).update({ discarded_at: tx.now().toISOString() });
  return unused;
}
