import type { ConversationId, InboxId, LabelId } from '../lib/ids.ts';

export const MAX_MONTHS = 600;

/** How long closed conversations stay after their last message, or after somebody put them back from the trash. */
export interface RetentionRules {
  /** Months by inbox; under null for every inbox of the company that is not named. What has no number stays for ever. */
  readonly months: ReadonlyMap<InboxId | null, number>;
  /** Conversations with this label stay. */
  readonly exceptLabelId: LabelId | null;
}

/** A conversation whose time is over. */
export interface Due {
  readonly id: ConversationId;
  readonly inboxId: InboxId;
  readonly subject: string;
  readonly sender: string;
  readonly lastMessageAt: Date;
}

/** An original that was deleted for good, as the ledger wrote it down. */
export interface PurgedOriginal {
  readonly id: number;
  readonly inboxId: InboxId;
  readonly receivedAt: string;
  readonly purgedAt: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Its place in the chain of the ledger, and the hash there; null = kept before there was a ledger. */
  readonly seq: number | null;
  readonly hash: string | null;
}
