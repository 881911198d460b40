import type { ConversationId, FolderId, InboxId, LabelId } from '../lib/ids.ts';

/** What is counted as it is. `answers` = waits of customers that ended with an answer, `onTime` those within the target. */
export const COUNTS = ['received', 'opened', 'reads', 'sent', 'answers', 'onTime', 'closed'] as const;
export type Count = (typeof COUNTS)[number];

/** Times, counted in buckets: to the first answer in a conversation, to any answer, and to the end of a conversation. */
export const TIMES = ['first', 'answer', 'resolution'] as const;
export type Time = (typeof TIMES)[number];

/** `hour` = received mail by the hour of the day, which is its bucket. */
export type Measure = Count | Time | 'hour';

/** Agent 0 = nobody in particular. */
export type AgentNumber = number;

/** One fact: so many of a measure, by an agent on a day. Bucket 0 where a measure has none. */
export type Fact = readonly [day: string, agent: AgentNumber, measure: Measure, bucket: number, n: number];

/** What one conversation puts into the counts, and where. */
export interface Counted {
  readonly folderId: FolderId;
  readonly inboxId: InboxId;
  readonly labelIds: readonly LabelId[];
  readonly facts: readonly Fact[];
}

/** Who may see that a colleague has read: nobody, only how many did, or who. */
export const READING_MODES = ['off', 'totals', 'agents'] as const;
export type ReadingMode = (typeof READING_MODES)[number];

/** All that the facts of a conversation follow from. */
export interface Story {
  readonly id: ConversationId;
  readonly folderId: FolderId;
  readonly inboxId: InboxId;
  readonly labelIds: readonly LabelId[];
  /** In spam nothing counts. */
  readonly isSpam: boolean;
  readonly isClosed: boolean;
  readonly createdAt: Date;
  /** In the order in which they were written or sent; notes and what machines wrote are not among them. */
  readonly messages: readonly StoryMessage[];
  /** Oldest first. */
  readonly endings: readonly { readonly kind: 'closed' | 'ignored'; readonly agentId: AgentNumber; readonly at: Date }[];
  readonly reads: readonly { readonly agentId: AgentNumber; readonly day: string }[];
  /** From when on other conversations are part of another one, in the end of this: what was merged into it. */
  readonly joins: ReadonlyMap<ConversationId, Join>;
  /** When those ended, oldest first: that is counted with them, but whoever waited there waited no longer. */
  readonly others: readonly { readonly origin: ConversationId; readonly at: Date }[];
}

export interface Join {
  readonly into: ConversationId;
  readonly at: Date;
}

/** `authorId` null = the customer wrote it. */
export interface StoryMessage {
  readonly authorId: AgentNumber | null;
  readonly at: Date;
  /** The conversation that it came into; absent = this one. */
  readonly origin?: ConversationId;
}
