import type { ConversationId, MessageId } from '../lib/ids.ts';

/** What a message of ours took along out of another conversation. */
export interface Forward {
  /** Null = that conversation was deleted for good. */
  readonly conversationId: ConversationId | null;
  /** Begun by it: with whom the customer has nothing to do. */
  readonly sideId: ConversationId;
  readonly sideMessageId: MessageId;
  /** What goes along, oldest first. */
  readonly messageIds: readonly MessageId[];
  /** All that the author had seen of the conversation, not one message of it. */
  readonly isWhole: boolean;
  readonly withFiles: boolean;
  /** So many of the last attachments of the side message came along. */
  readonly carriedFiles: number;
}

/** A forward in the time line of the conversation that it came from. */
export interface ForwardLine {
  readonly id: number;
  /** The newest message that was there when it happened. */
  readonly afterMessageId: MessageId;
  readonly sideId: ConversationId;
  /** With whom the side conversation is. */
  readonly contact: string;
  readonly count: number;
  readonly isWhole: boolean;
  /** Empty = somebody whose account is gone. */
  readonly by: string;
  readonly at: Date;
  /** When the newest answer came; null = none yet. */
  readonly answeredAt: Date | null;
}

/** Where a side conversation came from; without a subject where whoever looks may not see it. */
export interface ForwardOrigin {
  readonly conversationId: ConversationId;
  readonly subject: string | null;
  readonly isSeen: boolean;
}
