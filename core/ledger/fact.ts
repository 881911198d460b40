import type { InboxId } from '../lib/ids.ts';
import type { EntryKind, LedgerFact } from './types.ts';

/** What a fact is made of in `raw_inbound`. */
export const FACT_COLUMNS = ['spool_id', 'inbox_id', 'day', 'blob_sha256', 'bytes', 'received_at'] as const;

/** A row with these columns and its id, as a fact of one kind. PostgreSQL answers big numbers as text. */
export const factOf = (
  kind: EntryKind,
  row: Readonly<Record<(typeof FACT_COLUMNS)[number] | 'id', unknown>>,
): LedgerFact & { readonly id: number } => ({
  id: Number(row.id),
  kind,
  spoolId: String(row.spool_id),
  inboxId: Number(row.inbox_id) as InboxId,
  day: String(row.day),
  sha256: String(row.blob_sha256),
  bytes: Number(row.bytes),
  receivedAt: String(row.received_at),
});
