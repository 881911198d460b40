import { sha256 } from '../lib/secrets.ts';
import type { LedgerEntry, LedgerFact, LedgerHead } from './types.ts';

/** What the first entry follows. */
export const BEGINNING: LedgerHead = { seq: 0, hash: '0'.repeat(64) };

/** The hash of an entry: SHA-256, in hex, over a JSON array of everything it says and of the hash before it. */
export const entryHash = (seq: number, fact: LedgerFact, previousHash: string): string =>
  sha256(JSON.stringify([seq, fact.kind, fact.spoolId, fact.inboxId, fact.sha256, fact.bytes, fact.receivedAt, previousHash]));

/** Gives facts their places behind `head`. */
export function link(head: LedgerHead, facts: readonly LedgerFact[]): readonly LedgerEntry[] {
  let { seq, hash } = head;
  return facts.map((fact) => {
    seq += 1;
    hash = entryHash(seq, fact, hash);
    return { ...fact, seq, hash };
  });
}
