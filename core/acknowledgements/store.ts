import type { Scope, WriteScope } from '../db/scope.ts';
import type { InboxId } from '../lib/ids.ts';
import { isLanguage, LANGUAGES } from '../lib/language.ts';
import { storable } from '../lib/text.ts';
import type { Acknowledgement } from './types.ts';

interface Row {
  inbox_id: number;
  enabled: boolean | number;
  language: string;
  subject: string;
  text: string;
}

const fromRow = (row: Row): Acknowledgement => ({
  inboxId: row.inbox_id as InboxId,
  enabled: Boolean(row.enabled),
  language: isLanguage(row.language) ? row.language : LANGUAGES[0],
  subject: row.subject,
  text: row.text,
});

export async function allAcknowledgements({ db }: Scope): Promise<readonly Acknowledgement[]> {
  return (await db<Row>('acknowledgements').select('*').limit(1000)).map(fromRow);
}

export async function findAcknowledgement({ db }: Scope, inboxId: InboxId): Promise<Acknowledgement | null> {
  const row = await db<Row>('acknowledgements').where({ inbox_id: inboxId }).first();
  return row ? fromRow(row) : null;
}

export async function putAcknowledgement({ db, now }: WriteScope, one: Acknowledgement): Promise<void> {
  const row = {
    inbox_id: one.inboxId,
    enabled: one.enabled,
    language: one.language,
    subject: storable(one.subject),
    text: storable(one.text),
    updated_at: now().toISOString(),
  };
  await db('acknowledgements').insert(row).onConflict('inbox_id').merge();
}

/** Notes that the address gets one now; false when it got one since `since`. */
export async function claimAddress({ db, now }: WriteScope, address: string, since: Date): Promise<boolean> {
  const sent_at = now().toISOString();
  const rows = await db('acknowledged_addresses')
    .insert({ address, sent_at })
    .onConflict('address')
    .merge({ sent_at })
    .where('acknowledged_addresses.sent_at', '<=', since.toISOString())
    .returning('address');
  return rows.length === 1;
}

/** How many went out after `since`, counted up to `limit`. */
export async function countSince({ db }: Scope, since: Date, limit: number): Promise<number> {
  const rows = await db('acknowledged_addresses').where('sent_at', '>', since.toISOString()).limit(limit).select('sent_at');
  return rows.length;
}

export async function deleteAddressesBefore({ db }: WriteScope, before: Date): Promise<number> {
  return db('acknowledged_addresses').where('sent_at', '<', before.toISOString()).delete();
}
