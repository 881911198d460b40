import type { InboxId } from '../lib/ids.ts';

/** Something that happened to a kept thing and is written down for ever: it was kept, or its bytes were purged by a stated rule. */
export const ENTRY_KINDS = ['kept', 'purged'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** What an entry is about. */
export interface LedgerFact {
  readonly kind: EntryKind;
  /** With the inbox, the identity of a kept thing. */
  readonly spoolId: string;
  readonly inboxId: InboxId;
  /** The calendar day of receipt in the company's time zone. */
  readonly day: string;
  readonly sha256: string;
  readonly bytes: number;
  /** ISO-8601 UTC. */
  readonly receivedAt: string;
}

/** An entry at its place in the chain. `hash` covers the fact, `seq` and the hash of the entry before it. */
export interface LedgerEntry extends LedgerFact {
  readonly seq: number;
  readonly hash: string;
}

/** The end of the chain: whoever noted it down can later prove that nothing before it was changed. */
export interface LedgerHead {
  readonly seq: number;
  readonly hash: string;
}

/** What became of all that was kept on one day; `difference` is what cannot be accounted for and must be 0. */
export interface LedgerDay {
  readonly day: string;
  readonly accepted: number;
  readonly received: number;
  readonly reports: number;
  readonly spam: number;
  readonly failed: number;
  readonly duplicate: number;
  readonly waiting: number;
  readonly difference: number;
}

/** The nightly reading of stored files: where it has come to and what the last night did. Times are ISO-8601 UTC, null = never. */
export interface ScrubState {
  /** Name of the last file that was read; '' = the next one is the first. */
  readonly after: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** When the last file of all was reached. */
  readonly wholeAt: string | null;
  readonly files: number;
  readonly bytes: number;
  readonly wrong: number;
}

/** A stored file that is not what it was. */
export interface BlobProblem {
  readonly sha256: string;
  readonly problem: 'missing' | 'damaged';
  readonly foundAt: Date;
}
