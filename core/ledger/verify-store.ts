import type { Scope } from '../db/scope.ts';
import type { LedgerEntry } from './types.ts';

interface Row {
  readonly id: number;
  readonly sha256: string;
  readonly bytes: number;
  readonly receivedAt: string;
}

/** The rows of these entries by "spool id, inbox". */
export async function rowsOf({ db }: Scope, entries: readonly LedgerEntry[]): Promise<ReadonlyMap<string, Row>> {
  const found = new Map<string, Row>();
  for (let at = 0; at < entries.length; at += 200) {
    const ids = entries.slice(at, at + 200).map(({ spoolId }) => spoolId);
    const rows = await db('raw_inbound').whereIn('spool_id', ids);
    for (const row of rows) {
      const { id, blob_sha256: sha256, received_at: receivedAt } = row;
      found.set(`${row.spool_id} ${row.inbox_id}`, { id, sha256, bytes: Number(row.bytes), receivedAt });
    }
  }
  return found;
}

/** One page of rows by id, and those of them that no entry tells of; `lastId` null = there are no more rows. */
export async function rowsWithoutEntry(
  { db }: Scope,
  after: number,
  limit: number,
): Promise<{ readonly lastId: number | null; readonly lonely: readonly { readonly id: number; readonly spoolId: string }[] }> {
  const page = db('raw_inbound').where('id', '>', after).orderBy('id').limit(limit).select('id', 'spool_id', 'inbox_id').as('r');
  const rows = await db
    .from(page)
    .leftJoin('ledger_entries as e', (on) => on.on('e.spool_id', 'r.spool_id').on('e.inbox_id', 'r.inbox_id').onVal('e.kind', 'kept'))
    .select('r.id', 'r.spool_id as spoolId', 'e.seq')
    .orderBy('r.id');
  return { lastId: rows.at(-1)?.id ?? null, lonely: rows.filter(({ seq }) => seq === null) };
}

export interface BlobRow {
  readonly sha256: string;
  readonly bytes: number;
}

/** Stored files that something refers to, in the order of their names, above `after`. */
export async function blobsAfter({ db }: Scope, after: string, limit: number, since: string | null = null): Promise<readonly BlobRow[]> {
  const query = db('blobs').where('sha256', '>', after).whereNull('discarded_at').orderBy('sha256').limit(limit).select('sha256', 'bytes');
  if (since !== null) query.where('created_at', '>=', since);
  return (await query).map((row) => ({ sha256: row.sha256, bytes: Number(row.bytes) }));
}
