import type { Scope } from '../db/scope.ts';
import { BEGINNING, entryHash } from './chain.ts';
import type { Finding } from './finding.ts';
import { entriesAfter, readHead, readOlder } from './store.ts';
import type { LedgerEntry, LedgerHead } from './types.ts';
import { rowsOf, rowsWithoutEntry } from './verify-store.ts';

const PAGE = 1000;

/** Walks the whole chain: each entry follows the one before it, says what its row says, and the last one is the head. */
export async function* verifyChain(scope: Scope): AsyncGenerator<Finding> {
  const head = await readHead(scope);
  let last: LedgerHead = BEGINNING;
  for (;;) {
    const entries = (await entriesAfter(scope, last.seq, PAGE)).filter(({ seq }) => seq <= head.seq);
    if (entries.length === 0) break;
    for (const entry of entries) {
      yield* wrongLink(last, entry);
      last = entry;
    }
    yield* wrongRows(
      await rowsOf(scope, entries),
      entries.filter(({ kind }) => kind === 'kept'),
    );
  }
  if (last.seq !== head.seq || last.hash !== head.hash)
    yield { kind: 'head_wrong', detail: `the chain ends at entry ${last.seq} (${last.hash}), its head says ${head.seq} (${head.hash})` };
}

function* wrongLink(last: LedgerHead, entry: LedgerEntry): Generator<Finding> {
  if (entry.seq !== last.seq + 1) {
    const missing = entry.seq - last.seq === 2 ? `entry ${last.seq + 1}` : `entries ${last.seq + 1} to ${entry.seq - 1}`;
    yield { kind: 'entry_missing', detail: `${missing} before entry ${entry.seq}` };
  } else if (entry.hash !== entryHash(entry.seq, entry, last.hash))
    yield { kind: 'entry_changed', detail: `entry ${entry.seq} (${entry.spoolId}, inbox ${entry.inboxId})` };
}

function* wrongRows(rows: Awaited<ReturnType<typeof rowsOf>>, entries: readonly LedgerEntry[]): Generator<Finding> {
  for (const { seq, spoolId, inboxId, ...entry } of entries) {
    const row = rows.get(`${spoolId} ${inboxId}`);
    const where = `${spoolId} for inbox ${inboxId} (entry ${seq})`;
    if (!row) yield { kind: 'row_missing', detail: `the kept thing ${where}` };
    else if (row.sha256 !== entry.sha256 || row.bytes !== entry.bytes || row.receivedAt !== entry.receivedAt)
      yield { kind: 'row_changed', detail: `the kept thing ${where} is row ${row.id} of raw_inbound` };
  }
}

/** Every row has its entry; what an older version kept and the start has not chained yet is none of our business. */
export async function* verifyRows(scope: Scope): AsyncGenerator<Finding> {
  const { done, until } = await readOlder(scope);
  for (let after = 0; ; ) {
    const { lastId, lonely } = await rowsWithoutEntry(scope, after, PAGE);
    if (lastId === null) return;
    for (const { id, spoolId } of lonely)
      if (until === null || id <= done || id > until) yield { kind: 'row_without_entry', detail: `row ${id} of raw_inbound (${spoolId})` };
    after = lastId;
  }
}
