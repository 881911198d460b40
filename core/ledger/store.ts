import type { Scope, WriteScope } from '../db/scope.ts';
import type { InboxId } from '../lib/ids.ts';
import { FACT_COLUMNS, factOf } from './fact.ts';
import type { EntryKind, LedgerEntry, LedgerFact, LedgerHead } from './types.ts';

const ROWS_A_STATEMENT = 50;

interface EntryRow {
  readonly seq: number;
  readonly kind: string;
  readonly spool_id: string;
  readonly inbox_id: number;
  readonly day: string;
  readonly sha256: string;
  readonly bytes: number | string;
  readonly received_at: string;
  readonly hash: string;
}

const fromRow = (row: EntryRow): LedgerEntry => ({
  seq: row.seq,
  kind: row.kind as EntryKind,
  spoolId: row.spool_id,
  inboxId: row.inbox_id as InboxId,
  day: row.day,
  sha256: row.sha256,
  bytes: Number(row.bytes),
  receivedAt: row.received_at,
  hash: row.hash,
});

/** The end of the chain. */
export async function readHead({ db }: Scope): Promise<LedgerHead> {
  return db('ledger_head').where({ id: 1 }).first('seq', 'hash');
}

/** The end of the chain, for the caller alone until its transaction ends: nobody else can append. */
export async function lockHead({ db }: WriteScope): Promise<LedgerHead> {
  return db('ledger_head').where({ id: 1 }).forUpdate().first('seq', 'hash');
}

/** Writes entries that `link` has put behind the locked head, and moves it. */
export async function insertEntries({ db }: WriteScope, entries: readonly LedgerEntry[]): Promise<void> {
  for (let at = 0; at < entries.length; at += ROWS_A_STATEMENT) {
    const rows = entries.slice(at, at + ROWS_A_STATEMENT).map((entry) => ({
      seq: entry.seq,
      kind: entry.kind,
      spool_id: entry.spoolId,
      inbox_id: entry.inboxId,
      day: entry.day,
      sha256: entry.sha256,
      bytes: entry.bytes,
      received_at: entry.receivedAt,
      hash: entry.hash,
    }));
    await db('ledger_entries').insert(rows);
  }
  const last = entries.at(-1);
  if (last) await db('ledger_head').where({ id: 1 }).update({ seq: last.seq, hash: last.hash });
}

/** Entries in the order of the chain. */
export async function entriesAfter({ db }: Scope, seq: number, limit: number): Promise<readonly LedgerEntry[]> {
  const rows: EntryRow[] = await db('ledger_entries').where('seq', '>', seq).orderBy('seq').limit(limit);
  return rows.map(fromRow);
}

/** Where the chaining of what an older version had kept has come to; `until` null = there is nothing left. */
export async function readOlder({ db }: Scope): Promise<{ readonly done: number; readonly until: number | null }> {
  return db('ledger_head').where({ id: 1 }).first({ done: 'older_done', until: 'older_until' });
}

export async function moveOlder({ db }: WriteScope, done: number, until: number | null): Promise<void> {
  await db('ledger_head').where({ id: 1 }).update({ older_done: done, older_until: until });
}

/** Things of an older version in the order in which they came: ids above `after` up to `until`. */
export async function olderFacts(
  { db }: Scope,
  after: number,
  until: number,
  limit: number,
): Promise<readonly (LedgerFact & { readonly id: number })[]> {
  const rows = await db('raw_inbound')
    .where('id', '>', after)
    .where('id', '<=', until)
    .orderBy('id')
    .limit(limit)
    .select('id', ...FACT_COLUMNS);
  return rows.map((row) => factOf('kept', row));
}
