import type { StoredBlob } from '../blobs/blobs.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import { type VirusVerdict, virusFromRow } from '../ingest/verdict.ts';
import type { AgentId, ConversationId, MessageId } from '../lib/ids.ts';

interface Row {
  sha256: string;
  bytes: number | string;
  virus_state: string;
  virus_name: string | null;
}

/** The scanners did not answer, or it was too large for them. */
export type NotScanned = 'unscanned' | 'skipped';

/** So many messages are told of one file. */
const TOLD = 200;

/** What is known of these already is left as it is. */
export async function insertScans(tx: WriteScope, files: readonly StoredBlob[], virus_state: NotScanned): Promise<void> {
  const noted_at = tx.now().toISOString();
  const rows = files.map(({ sha256, bytes }) => ({ sha256, bytes, virus_state, noted_at }));
  for (let from = 0; from < rows.length; from += 100)
    await tx
      .db('file_scans')
      .insert(rows.slice(from, from + 100))
      .onConflict('sha256')
      .ignore();
}

export async function findScans({ db }: Scope, hashes: readonly string[]): Promise<ReadonlyMap<string, VirusVerdict>> {
  const rows: Row[] = await db('file_scans').whereIn('sha256', [...hashes]);
  return new Map(
    rows.flatMap((row) => {
      const virus = virusFromRow(row);
      return virus ? [[row.sha256, virus] as const] : [];
    }),
  );
}

/** Those that wait, by their hashes, after the given one ('' = from the first). */
export async function unscannedFilesAfter({ db }: Scope, after: string, limit: number): Promise<readonly StoredBlob[]> {
  const rows: Row[] = await db('file_scans').where({ virus_state: 'unscanned' }).where('sha256', '>', after).orderBy('sha256').limit(limit);
  return rows.map(({ sha256, bytes }) => ({ sha256, bytes: Number(bytes) }));
}

/** Puts what was found in the place of its absence; of a clean one nothing is left to say. False = it was not missing. */
export async function recordFileScan({ db }: WriteScope, sha256: string, { state, name }: VirusVerdict): Promise<boolean> {
  const row = db('file_scans').where({ sha256 }).whereIn('virus_state', ['unscanned', 'skipped']);
  return (await (state === 'clean' ? row.delete() : row.update({ virus_state: state, virus_name: name }))) > 0;
}

/** A message with a file, and where it stands. */
export interface Holding {
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly filename: string;
  /** Null = it was received, or nobody wrote it. */
  readonly authorId: AgentId | null;
}

/** The newest that have this file. */
export async function messagesWith({ db }: Scope, sha256: string): Promise<readonly Holding[]> {
  const rows: {
    id: MessageId;
    conversation_id: ConversationId;
    filename: string;
    author_id: AgentId | null;
    raw_inbound_id: number | null;
  }[] = await db('attachments as a')
    .join('messages as m', 'm.id', 'a.message_id')
    .where('a.blob_sha256', sha256)
    .orderBy('m.id', 'desc')
    .limit(TOLD)
    .select('m.id', 'm.conversation_id', 'm.author_id', 'm.raw_inbound_id', 'a.filename');
  return rows.map((row) => ({
    conversationId: row.conversation_id,
    messageId: row.id,
    filename: row.filename,
    authorId: row.raw_inbound_id === null ? row.author_id : null,
  }));
}
