import type { AgentId, ConversationId, FolderId, InboxId } from '../lib/ids.ts';

/** What is deleted for good once its time is over: spam, and what people deleted. */
export const PURGE_KINDS = ['spam', 'trash'] as const;
export type PurgeKind = (typeof PURGE_KINDS)[number];

/** A conversation that is to be deleted for good, as far as that needs to know. */
export interface Doomed {
  readonly id: ConversationId;
  readonly inboxId: InboxId;
  readonly assigneeId: AgentId | null;
  readonly folderId: FolderId;
  readonly subject: string;
  readonly sender: string;
  /** What its time is counted from: receipt of its newest message, or since when it lies in the trash. */
  readonly countedFrom: Date;
}

/** One run of a purge: who, by which rule, how many, from when. */
export interface PurgeEntry {
  readonly at: Date;
  readonly actor: string;
  /** 0 = at once, as an administrator asked. */
  readonly days: number;
  readonly conversations: number;
  readonly messages: number;
  readonly files: number;
  readonly bytes: number;
  /** What the time of the oldest and the newest conversation was counted from. */
  readonly oldest: Date;
  readonly newest: Date;
}
