import { z } from 'zod';
import type { Scope } from '../db/scope.ts';
import type { InboxId } from '../lib/ids.ts';

/** Word for word the condition of the index `raw_inbound_numbered`, so that both databases use it. */
const IS_NUMBERED = `envelope like '%"uidValidity":%'`;
const ROWS = 500;
const ENVELOPE = z.record(z.string(), z.string());

/** Envelopes of what was kept for an inbox with a server's number, the oldest first; also of what was deleted since. */
export async function* numberedEnvelopes({ db }: Scope, inboxId: InboxId): AsyncGenerator<Readonly<Record<string, string>>> {
  for (let after = 0; ; ) {
    const rows: { id: number; envelope: string }[] = await db('raw_inbound')
      .where({ inbox_id: inboxId })
      .whereRaw(IS_NUMBERED)
      .where('id', '>', after)
      .orderBy('id')
      .limit(ROWS)
      .select('id', 'envelope');
    for (const { envelope } of rows) yield ENVELOPE.parse(JSON.parse(envelope));
    const last = rows.at(-1);
    if (rows.length < ROWS || !last) return;
    after = last.id;
    // Another's turn: there may be hundreds of thousands.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
