import type { Conversation } from '../conversations/types.ts';
import type { AgentId, ConversationId, LabelId, MessageId, TransferId } from '../lib/ids.ts';

/** `merge`: all messages, and the conversation leads to the other one; `split`: some into a new one; `move`: some into another one. */
export const TRANSFER_KINDS = ['merge', 'split', 'move'] as const;
export type TransferKind = (typeof TRANSFER_KINDS)[number];

/** Which messages: this one, this one and all after it, or all. */
export const EXTENTS = ['one', 'onwards'] as const;
export type Extent = (typeof EXTENTS)[number];

/** What a transfer changes in a conversation beside what follows from the messages in it. */
export type SideState = Pick<
  Conversation,
  'status' | 'closedAt' | 'waitingSince' | 'snoozedUntil' | 'snoozedBy' | 'pretends' | 'snippet' | 'lastMessageId'
>;
export interface Sides {
  readonly from: SideState;
  readonly to: SideState;
}
export type Side = keyof Sides;

/** What undoing needs to know. */
export interface Memory {
  readonly before: Sides;
  readonly after: Sides;
  /** Drafts that went along. */
  readonly drafts: readonly number[];
  /** How far agents had read the target (null = nothing), and what was written instead, so that what they had not read stays unread. */
  readonly reads: readonly { readonly agentId: AgentId; readonly was: MessageId | null; readonly became: MessageId }[];
  /** Messages whose sender was new where they came from, and is at home where they went. */
  readonly strangers: readonly MessageId[];
  /** Labels that the target got from what was merged into it. */
  readonly labels: readonly LabelId[];
}

/** Messages that a person moved from one conversation to another. */
export interface Transfer {
  readonly id: TransferId;
  readonly kind: TransferKind;
  readonly fromId: ConversationId;
  readonly toId: ConversationId;
  /** Null = no agent, or one who is gone. */
  readonly agentId: AgentId | null;
  readonly at: Date;
  /** The newest message of both conversations at that moment: what is newer came later. */
  readonly afterMessageId: MessageId;
  readonly messageCount: number;
  readonly memory: Memory;
  /** Null = it holds. */
  readonly undoneAt: Date | null;
}

/** A transfer as the conversations that took part show it. */
export interface TransferLine extends Omit<Transfer, 'memory' | 'agentId'> {
  /** It holds, and whoever looks may undo it; absent where nobody looks. */
  readonly mayUndo?: boolean;
  readonly agentName: string;
  readonly undoneBy: string;
  readonly fromSubject: string;
  readonly toSubject: string;
}
