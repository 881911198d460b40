import type { Scope } from '../db/scope.ts';
import { BEGINNING } from '../ledger/chain.ts';
import type { LedgerHead } from '../ledger/types.ts';
import { hashOf } from './hash.ts';
import { entriesAfter, readHead } from './store.ts';

const PAGE = 1000;

export interface AuditFinding {
  readonly kind: 'entry_missing' | 'entry_changed' | 'head_wrong';
  readonly detail: string;
}

/** Walks the whole chain: each entry follows the one before it, and the last one is the head. What is added meanwhile is left alone. */
export async function* verifyAudit(scope: Scope): AsyncGenerator<AuditFinding> {
  const head = await readHead(scope);
  let last: LedgerHead = BEGINNING;
  for (;;) {
    const entries = (await entriesAfter(scope, last.seq, PAGE)).filter(({ seq }) => seq <= head.seq);
    if (entries.length === 0) break;
    for (const entry of entries) {
      if (entry.seq !== last.seq + 1) yield { kind: 'entry_missing', detail: `${last.seq + 1} to ${entry.seq - 1}` };
      else if (entry.hash !== hashOf(entry.seq, entry, last.hash))
        yield { kind: 'entry_changed', detail: `${entry.seq} (${entry.act}, ${entry.at})` };
      last = { seq: entry.seq, hash: entry.hash };
    }
  }
  if (last.seq !== head.seq || last.hash !== head.hash)
    yield { kind: 'head_wrong', detail: `the chain ends at entry ${last.seq}, its head says ${head.seq}` };
}
