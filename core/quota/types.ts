import type { InboxId } from '../lib/ids.ts';

/** What one inbox, or all together, takes up. Bytes. */
export interface Use {
  /** Originals of all that was received, as they came, attachments and all; equal ones once. */
  readonly received: number;
  /** Files that our messages carry. */
  readonly sent: number;
  /** Lies in spam and counts towards no limit. */
  readonly spam: number;
}

export interface YearUse extends Use {
  readonly year: number;
}

/** A limit and how much of it is used. */
export interface Quota extends Use {
  /** Null = all inboxes together. */
  readonly inboxId: InboxId | null;
  /** The company's own files; of all together only. */
  readonly files: number;
  /** What counts: received, sent and files. */
  readonly used: number;
  /** Bytes, or null = no limit but the disk. */
  readonly limit: number | null;
  /** Whole per cent of the limit, rounded down; 0 without one. */
  readonly percent: number;
}

/** At these parts of a limit administrators are told; at the last nothing more is taken. */
export const LEVELS = [80, 90, 95, 100] as const;
export const MAX_LIMIT_GB = 100_000;
export const GB = 1024 ** 3;
