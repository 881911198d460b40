import { z } from 'zod';
import type { AgentId, ConversationId, FolderId, InboxId, MessageId, NotificationId, TeamId } from '../lib/ids.ts';

/** What an agent may be told of. */
export const NOTIFICATION_KINDS = [
  'delivery_failed',
  'delivery_expired',
  'delivery_unknown',
  'schedule_stopped',
  'schedule_trashed',
  'schedule_spam',
  'schedule_orphaned',
  'message_received',
  'conversation_assigned',
  'team_assigned',
  'unassigned_message',
  'conversation_woken',
  'mentioned',
  'followed_message',
  'conversation_shared',
  'rule_told',
  'virus_found',
] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** Kinds that are over once no delivery of the conversation needs a person any more. */
export const TROUBLE_KINDS = [
  'delivery_failed',
  'delivery_expired',
  'delivery_unknown',
  'schedule_orphaned',
] as const satisfies readonly NotificationKind[];
export type TroubleKind = (typeof TROUBLE_KINDS)[number];

/** Why it came to this agent: he wrote the message, put the conversation off, it is his or his team's, a note names him, he follows it, nobody nearer can take care of it, it was shared with him, or a rule says so. */
export const WHYS = ['author', 'snoozer', 'assignee', 'team', 'mentioned', 'follower', 'anyone', 'invited', 'rule'] as const;
export type Why = (typeof WHYS)[number];

/** What only some kinds have. */
export const DETAILS = z.object({
  /** Recipients that it is about, the newest ones. */
  addresses: z.array(z.string()).default([]),
  /** What the other side said, or we for what went wrong; the first words of what a contact wrote. */
  reason: z.string().nullable().default(null),
  /** It is about other messages too, which have no notification of their own. */
  inOthers: z.boolean().default(false),
});
export type Details = z.output<typeof DETAILS>;

export interface Notification extends Details {
  readonly id: NotificationId;
  readonly agentId: AgentId;
  readonly kind: NotificationKind;
  readonly why: Why;
  readonly conversationId: ConversationId;
  /** Null = about the conversation. */
  readonly messageId: MessageId | null;
  /** How often it happened since the agent last read one of this kind there. */
  readonly times: number;
  /** When it last happened. */
  readonly createdAt: Date;
  readonly readAt: Date | null;
  /** When the first of those that are counted in it happened. */
  readonly startedAt: Date;
  /** Beside or instead of the entry behind the bell. */
  readonly hasSound: boolean;
  readonly onDesktop: boolean;
}

/** A notification with what a person recognises its conversation by. */
export interface ShownNotification extends Notification {
  readonly subject: string;
  readonly contact: string;
}

/** Who is told, and why he. */
export interface Receiver {
  readonly agentId: AgentId;
  readonly why: Why;
}

export const PLACES = ['inboxIds', 'folderIds', 'teamIds'] as const;

/** From where an agent hears of mail that is nobody's: what he chose of each kind must fit, nothing chosen of a kind fits always. */
export interface Places {
  readonly inboxIds: readonly InboxId[];
  /** With all that is in them. */
  readonly folderIds: readonly FolderId[];
  readonly teamIds: readonly TeamId[];
}

/** A recipient whom a message of ours did not reach, or nobody can tell. */
export interface Trouble {
  readonly kind: TroubleKind;
  readonly messageId: MessageId;
  readonly address: string;
  readonly reason: string | null;
}
