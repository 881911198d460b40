import type { InboxId } from '../lib/ids.ts';
import type { KeepResult, RawInbound } from '../plugins/contract.ts';
import type { DiskSpace } from './disk-space.ts';

/** One kept thing that has not yet reached the main database. */
export interface Spooled {
  /** Sortable by time of arrival, unique for ever. */
  readonly id: string;
  readonly inboxIds: readonly InboxId[];
  readonly contentType: string;
  readonly envelope: Readonly<Record<string, string>>;
  readonly bytes: number;
  readonly sha256: string;
  /** ISO-8601 UTC. */
  readonly receivedAt: string;
  /** A small body itself, or the path of the synced file that holds a large one. */
  readonly body: { readonly bytes: Uint8Array } | { readonly file: string };
}

/** Where received bytes become durable before anybody is told "250". */
export interface Spool {
  /**
   * Reads the body to its end and answers `kept` only when it would survive a power cut. Calls made at the same time share one commit.
   * Anything wrong with the disk is a TemporaryError: the sender keeps his copy and tries again.
   */
  keep(raw: RawInbound): Promise<KeepResult>;
  /** Room on the disk that `keep` writes to. */
  readonly space: DiskSpace;
  /** The oldest kept things that are not set aside, at most `limit` (fewer when they are large). */
  take(limit: number): Promise<readonly Spooled[]>;
  /** They are safe in the main database. A large body's file, if still here, goes too. */
  forget(spooled: readonly Spooled[]): Promise<void>;
  /** `take` leaves these out until the next start, so that they do not hold up the rest. */
  setAside(ids: readonly string[]): Promise<void>;
  /** Kept things still here, one for each inbox they are for. */
  count(): Promise<number>;
  /** `keep` calls that are running now and that somebody waits for: the pump makes room while there are many. */
  busy(): number;
  /** Called after each commit of something kept. */
  onKept(listener: () => void): void;
  close(): Promise<void>;
}

/** What the writer thread is asked to do; every request carries `n` and is answered with it. */
export interface SpoolRow {
  readonly id: string;
  readonly inboxIds: string;
  readonly contentType: string;
  readonly envelope: string;
  readonly bytes: number;
  /** Null: the writer computes it from `body`. */
  readonly sha256: string | null;
  readonly receivedAt: string;
  /** Null: the body is in the file of this id. */
  readonly body: Uint8Array | null;
}
