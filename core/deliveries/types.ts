import type { AgentId, ConversationId, DeliveryId, InboxId, MessageId } from '../lib/ids.ts';

export const DELIVERY_STATUSES = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'deferred',
  'bounced',
  'failed',
  'unknown',
  'cancelled',
] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** Still on its way: the worker has it or will take it. */
export const WAITING_STATUSES = ['queued', 'sending', 'deferred'] as const satisfies readonly DeliveryStatus[];
/** Did not arrive, or nobody can tell: a person has to look. */
export const FAILED_STATUSES = ['failed', 'bounced', 'unknown'] as const satisfies readonly DeliveryStatus[];

export const isWaiting = (status: DeliveryStatus): boolean => WAITING_STATUSES.some((one) => one === status);
export const isFailed = (status: DeliveryStatus): boolean => FAILED_STATUSES.some((one) => one === status);

export const RECIPIENT_KINDS = ['to', 'cc', 'bcc'] as const;
export type RecipientKind = (typeof RECIPIENT_KINDS)[number];

export const DECISIONS = ['resend', 'sent', 'dismiss'] as const;

/** What a person decided about a delivery that failed, or whose fate nobody could tell. */
export interface Decision {
  readonly what: (typeof DECISIONS)[number];
  readonly by: AgentId;
  /** Of the agent, where deliveries are read with their message; else empty. */
  readonly name: string;
  readonly at: Date;
}

/** What became of one message for one recipient. */
export interface Delivery {
  readonly id: DeliveryId;
  readonly messageId: MessageId;
  readonly conversationId: ConversationId;
  readonly inboxId: InboxId;
  readonly kind: RecipientKind;
  readonly address: string;
  readonly name: string | null;
  readonly status: DeliveryStatus;
  /** Attempts begun so far. */
  readonly attempts: number;
  /** When the worker tries next; null unless queued or deferred. */
  readonly nextAttemptAt: Date | null;
  /** After this moment a deferral becomes a failure. */
  readonly expiresAt: Date;
  /** The last answer of the other side or our own words for what went wrong; null = nothing to say yet. */
  readonly reason: string | null;
  /** Enhanced status such as "5.1.1" (RFC 3463). */
  readonly enhancedStatus: string | null;
  /** Locale key of a sentence about the last attempt (`plugin.email.notes.second_route`); null = nothing to add. */
  readonly note: string | null;
  readonly sentAt: Date | null;
  /** The last one; null = nobody had to decide. */
  readonly decision: Decision | null;
  /** When the recipient's mail program said that it was shown; most never say so. */
  readonly readAt: Date | null;
  /** When the recipient's provider said that it was reported as spam. */
  readonly complainedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A row of the queue screen: the delivery and what it belongs to. */
export interface QueuedDelivery extends Delivery {
  readonly subject: string;
  readonly inboxName: string;
}

/** `scheduled`: those of the queued that wait for a moment their author chose. */
export const QUEUE_FILTERS = [...DELIVERY_STATUSES, 'scheduled'] as const;
export type QueueFilter = (typeof QUEUE_FILTERS)[number];

export interface DeliveryFilters {
  /** Absent = those that wait or need a person; `any` = whatever became of them. */
  readonly status?: QueueFilter | 'any' | undefined;
  readonly conversationId?: ConversationId | undefined;
  readonly cursor?: string | undefined;
  /** 1 to 200; default 50. */
  readonly limit?: number | undefined;
}
