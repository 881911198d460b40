import type { Scope } from '../db/scope.ts';
import type { MessageId } from '../lib/ids.ts';

/** What a message is, whatever way it came. */
export interface Content {
  readonly id: MessageId;
  readonly idHash: string | null;
  readonly from: string;
  /** ISO-8601 UTC, or null. */
  readonly sentAt: string | null;
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  /** SHA-256 of its files, in their order. */
  readonly files: readonly string[];
}

export async function contentOf({ db }: Scope, ids: readonly MessageId[]): Promise<readonly Content[]> {
  const rows = await db('messages')
    .whereIn('id', [...ids])
    .orderBy('id')
    .select('id', 'external_id_hash', 'from_address', 'sent_at', 'subject', 'text', 'html');
  const files = await db('attachments')
    .whereIn('message_id', [...ids])
    .orderBy('position')
    .select('message_id', 'blob_sha256');
  const ofMessage = Map.groupBy(files, (file) => file.message_id);
  return rows.map((row) => ({
    id: row.id as MessageId,
    idHash: row.external_id_hash,
    from: row.from_address,
    sentAt: row.sent_at,
    subject: row.subject,
    text: row.text,
    html: row.html,
    files: (ofMessage.get(row.id) ?? []).map((file) => file.blob_sha256),
  }));
}
