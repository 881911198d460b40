import type { Sight } from '../folders/sight.ts';
import type { Level } from '../folders/types.ts';
import type { AppliedLabel } from '../labels/types.ts';
import type { AgentId, ContactId, ConversationId, FolderId, InboxId, LabelId, MessageId, TeamId } from '../lib/ids.ts';
import type { Machine } from '../plugins/contract.ts';

export const STATUSES = ['open', 'snoozed', 'closed'] as const;
export type Status = (typeof STATUSES)[number];

/** What a list can be of: a status, or one of the places apart from all others. */
export type Listed = Status | 'spam' | 'trash';

export const SORTS = ['newest', 'waiting'] as const;
export type Sort = (typeof SORTS)[number];

/** A row of `conversations`: the unit of work, without the names of what it points to. */
export interface Conversation {
  readonly id: ConversationId;
  readonly inboxId: InboxId;
  readonly contactId: ContactId;
  /** The address the contact uses in this conversation; answers go there unless a message says otherwise. */
  readonly contactAddress: string;
  readonly assigneeId: AgentId | null;
  /** The team it was given to, beside the assignee or without one. */
  readonly teamId: TeamId | null;
  /** Where it is sorted, which says who sees it. */
  readonly folderId: FolderId;
  readonly status: Status;
  readonly subject: string;
  readonly snippet: string;
  /** Secret that channels put into the reply address. Never shown. */
  readonly replyToken: string;
  readonly messageCount: number;
  readonly hasAttachments: boolean;
  /** Deliveries in state failed, bounced or unknown. */
  readonly failedDeliveries: number;
  /** The newest message that somebody may have to read: what is sent by itself does not count. */
  readonly lastMessageId: MessageId | null;
  /** When the newest message or reply was written; notes do not count. */
  readonly lastMessageAt: Date;
  /** Since when the contact has had no answer; null = nobody waits. */
  readonly waitingSince: Date | null;
  /** Somebody said that it needs no answer; null = nobody, or something was written since. */
  readonly ignored: ConversationIgnored | null;
  /** An earlier conversation this one may belong to, when the evidence was too weak to join it. */
  readonly relatedConversationId: ConversationId | null;
  readonly createdAt: Date;
  readonly closedAt: Date | null;
  /** Null = put off until the contact writes, or not put off. */
  readonly snoozedUntil: Date | null;
  /** Who put it off; null = it is not put off, or his account is gone. */
  readonly snoozedBy: AgentId | null;
  /** When a mail of ours first came back to it; null = never. */
  readonly loopedAt: Date | null;
  /** When it stopped being opened again by a sender who did that too often; null = it does not. */
  readonly reopeningStoppedAt: Date | null;
  /** JSON: who has opened it again lately, since when, how often. */
  readonly reopenings: string | null;
  /** The newest message of a person pretends to be from somebody else, or one did that nobody has answered yet. */
  readonly pretends: boolean;
  /** Null = not in spam. What is in spam is closed, and in no ordinary list, counter or search. */
  readonly spam: ConversationSpam | null;
  /** Since when it lies in the trash; null = it does not. What is there is closed, and in no other list, counter or search. */
  readonly trashedAt: Date | null;
  /** Labels on it, those that were removed but may come back among them. */
  readonly labelCount: number;
  /** It was merged: it is closed, in no list, holds nothing, and its number leads there. Null = it stands for itself. */
  readonly mergedIntoId: ConversationId | null;
  /** Messages were merged, split or moved here or away, or that was undone: see core/transfers. */
  readonly hasTransfers: boolean;
  /** A rule acted here, or that was undone: see core/rules. */
  readonly hasRuleActs: boolean;
  /** Somebody follows it, or did. */
  readonly hasFollowers: boolean;
}

/** Why a conversation is in spam, and since when. */
export interface ConversationSpam {
  readonly at: Date;
  /** A word of `SPAM_REASONS` in core/ingest/disposition.ts. */
  readonly reason: string;
  /** Of the message that brought it there; null when nobody scored it. */
  readonly score: number | null;
}

/** Who said when that nothing has to be answered, and since when the contact had waited. */
export interface ConversationIgnored {
  readonly at: Date;
  /** Null = a program without an agent. */
  readonly by: AgentId | null;
  readonly waitingSince: Date;
}

/** What may change in a conversation after it was opened. */
export type ConversationPatch = Partial<
  Pick<
    Conversation,
    | 'assigneeId'
    | 'teamId'
    | 'folderId'
    | 'status'
    | 'snippet'
    | 'messageCount'
    | 'hasAttachments'
    | 'failedDeliveries'
    | 'lastMessageId'
    | 'lastMessageAt'
    | 'waitingSince'
    | 'ignored'
    | 'closedAt'
    | 'snoozedUntil'
    | 'snoozedBy'
    | 'loopedAt'
    | 'reopeningStoppedAt'
    | 'reopenings'
    | 'pretends'
    | 'spam'
    | 'trashedAt'
    | 'labelCount'
    | 'mergedIntoId'
    | 'hasTransfers'
    | 'hasRuleActs'
    | 'hasFollowers'
  >
>;

/** All that a list row or a conversation's header shows, for the agent who looks. */
export interface ConversationRow extends Omit<Conversation, 'replyToken' | 'inboxId' | 'contactId' | 'contactAddress' | 'assigneeId'> {
  readonly inbox: { readonly id: InboxId; readonly name: string; readonly channel: string; readonly address: string };
  readonly contact: { readonly id: ContactId; readonly name: string; readonly address: string };
  readonly assignee: { readonly id: AgentId; readonly firstName: string; readonly lastName: string } | null;
  /** Name of its team; null = it has none. */
  readonly teamName: string | null;
  /** In the order of all labels. */
  readonly labels: readonly AppliedLabel[];
  /** Why nothing is sent to the contact's address any more, where one conversation is read; null = it is, or a list was read. */
  readonly blockedReason: string | null;
  /** Name of who ignored it, where one conversation is read; null = nobody did, he has none, or a list was read. */
  readonly ignoredBy: string | null;
  /** The viewing agent follows it; false where a list was read. */
  readonly isFollowed: boolean;
  /** Whose it is was changed, where one conversation is read; false where a list was read. */
  readonly wasAssigned: boolean;
  /** It was in the trash, or is, where one conversation is read; false where a list was read. */
  readonly wasTrashed: boolean;
  /** Something was forwarded out of it, or it began by that, where one conversation is read; false where a list was read. */
  readonly hasForwards: boolean;
  /** Somebody else has a draft in it, where one conversation is read; false where a list was read. */
  readonly hasOthersDrafts: boolean;
  /** A footer stands below an answer of the viewing agent; false where a list was read. */
  readonly hasFooter: boolean;
  /** What the viewing agent may do, where one conversation is read; the most where a list was read, or the machine looks. */
  readonly level: Level;
  /** The newest message the viewing agent has marked as read; null = none yet. */
  readonly readUpTo: MessageId | null;
  /** The viewing agent has not marked the newest message as read; always false for viewers that are not agents. */
  readonly unread: boolean;
  /** What kind of machine wrote the newest message; null = it was a person, or one of us. */
  readonly lastMachine: Machine | 'unknown' | null;
}

/** What a list may be narrowed to; absent = not narrowed. `waiting` sorts open conversations only, the rest is newest first. */
export interface ListFilters {
  /** `spam` and `trash` = what lies there, which no other list shows. */
  readonly status?: Listed | undefined;
  readonly inboxId?: InboxId | undefined;
  /** Only what is in this folder itself; nothing when the actor does not see it. */
  readonly folderId?: FolderId | undefined;
  readonly assigneeId?: AgentId | 'unassigned' | undefined;
  /** Given to this team, whoever of it has it; `mine` = to one that the actor is in. */
  readonly teamId?: TeamId | 'mine' | undefined;
  readonly contactId?: ContactId | undefined;
  /** Only those with this label; always newest first. */
  readonly labelId?: LabelId | undefined;
  /** Only open ones whose contact waits for an answer; always who has waited longest first. */
  readonly unanswered?: boolean | undefined;
  /** Only those with a delivery that failed, bounced or is unknown. */
  readonly failed?: boolean | undefined;
  /** Words that all have to occur in a message, with operators (docs/api.md), or `#123` for a number. */
  readonly q?: string | undefined;
  readonly sort?: Sort | undefined;
  readonly cursor?: string | undefined;
  /** 1 to 200; default 50. */
  readonly limit?: number | undefined;
  /** What the actor sees, when the caller has read it in the same request. */
  readonly sight?: Sight | undefined;
}

/** The totals beside folders and inboxes, kept with every write for each folder: those of the folders that one sees, added up. */
export interface Counters {
  readonly open: number;
  readonly snoozed: number;
  readonly closed: number;
  readonly spam: number;
  readonly trash: number;
  /** Open and no person's, whichever team it was given to. */
  readonly unassigned: number;
  /** Open, and the contact waits for an answer that nobody said he needs not get. */
  readonly unanswered: number;
  readonly openByInbox: ReadonlyMap<InboxId, number>;
  readonly openByAssignee: ReadonlyMap<AgentId, number>;
  readonly openByTeam: ReadonlyMap<TeamId, number>;
  readonly openByFolder: ReadonlyMap<FolderId, number>;
  /** Conversations with at least one delivery that failed, bounced or is unknown. */
  readonly failed: number;
  /** Deliveries queued, deferred or being sent. */
  readonly deliveriesWaiting: number;
  /** Deliveries that failed, bounced or are unknown. */
  readonly deliveriesFailed: number;
}
