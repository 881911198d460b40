import { sha256 } from '../lib/secrets.ts';
import type { LedgerEntry, LedgerFact, LedgerHead } from './types.ts';

/** What the first entry follows. */
export const BEGINNING: LedgerHead = { seq: 0, hash: '0'.repeat(64) };

/** What chains an entry to the one before it: SHA-256, in hex, over a JSON array of what it says and of the hash before it. */
export const chainHash = (parts: readonly (string | number)[], previousHash: string): string =>
  sha256(JSON.stringify([...parts, previousHash]));

/** The hash of an entry: SHA-256, in hex, over a JSON array of everything it says and of the hash before it. */
export const entryHash = (seq: number, fact: LedgerFact, previousHash: string): string =>
  chainHash([seq, fact.kind, fact.spoolId, fact.inboxId, fact.sha256, fact.bytes, fact.receivedAt], previousHash);

/** Gives facts their places behind `head`. */
export function linked<Fact extends object>(
  head: LedgerHead,
  facts: readonly Fact[],
  hashOf: (seq: number, fact: Fact, previousHash: string) => string,
): readonly (Fact & LedgerHead)[] {
  let { seq, hash } = head;
  return facts.map((fact) => {
    seq += 1;
    hash = hashOf(seq, fact, hash);
    return { ...fact, seq, hash };
  });
}

/** The same for those of the ledger. */
export const link = (head: LedgerHead, facts: readonly LedgerFact[]): readonly LedgerEntry[] => linked(head, facts, entryHash);
