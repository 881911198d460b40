import { join } from 'node:path';
import { z } from 'zod';
import type { InboxId } from '../lib/ids.ts';
import type { Spooled } from './types.ts';

const ROW = z.object({
  id: z.string(),
  inbox_ids: z.string(),
  content_type: z.string(),
  envelope: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  received_at: z.string(),
  body: z.instanceof(Uint8Array).nullable(),
});
const INBOX_IDS = z.array(z.number().int());
const ENVELOPE = z.record(z.string(), z.string());

/** A row of spool.sqlite as the rest of the process sees it; `folder` is where large bodies are. */
export function fromRow(value: unknown, folder: string): Spooled {
  const row = ROW.parse(value);
  return {
    id: row.id,
    inboxIds: INBOX_IDS.parse(JSON.parse(row.inbox_ids)) as InboxId[],
    contentType: row.content_type,
    envelope: ENVELOPE.parse(JSON.parse(row.envelope)),
    bytes: row.bytes,
    sha256: row.sha256,
    receivedAt: row.received_at,
    body: row.body === null ? { file: join(folder, row.id) } : { bytes: row.body },
  };
}
