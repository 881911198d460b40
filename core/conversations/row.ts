import { levelOfRank } from '../folders/types.ts';
import type { Colour } from '../labels/types.ts';
import type { AgentId, ContactId, ConversationId, FolderId, InboxId, LabelId, MessageId, TeamId } from '../lib/ids.ts';
import type { Conversation, ConversationPatch, ConversationRow, Status } from './types.ts';

/** Columns of `conversations` as both databases answer them; SQLite has 0 and 1 for booleans. */
export interface Row {
  id: number;
  inbox_id: number;
  contact_id: number;
  contact_address: string;
  assignee_id: number | null;
  assigned_team_id: number | null;
  folder_id: number;
  status: string;
  subject: string;
  snippet: string;
  reply_token: string;
  message_count: number;
  has_attachments: boolean | number;
  failed_deliveries: number;
  last_message_id: number | null;
  last_message_at: string;
  waiting_since: string | null;
  ignored_at: string | null;
  ignored_by: number | null;
  ignored_since: string | null;
  related_conversation_id: number | null;
  created_at: string;
  closed_at: string | null;
  snoozed_until: string | null;
  snoozed_by: number | null;
  looped_at: string | null;
  reopening_stopped_at: string | null;
  reopenings: string | null;
  pretends: boolean | number;
  spam_at: string | null;
  spam_reason: string | null;
  spam_score: number | null;
  trashed_at: string | null;
  label_count: number;
  merged_into_id: number | null;
  has_transfers: boolean | number;
  has_rule_acts: boolean | number;
  has_followers: boolean | number;
}

/** What the columns of a new conversation hold that its insert does not name. */
export const FRESH: Omit<Row, 'id' | 'inbox_id' | 'contact_id' | 'contact_address' | 'folder_id' | 'status' | 'reply_token'> = {
  assignee_id: null,
  assigned_team_id: null,
  subject: '',
  snippet: '',
  message_count: 0,
  has_attachments: false,
  failed_deliveries: 0,
  last_message_id: null,
  last_message_at: '',
  waiting_since: null,
  ignored_at: null,
  ignored_by: null,
  ignored_since: null,
  related_conversation_id: null,
  created_at: '',
  closed_at: null,
  snoozed_until: null,
  snoozed_by: null,
  looped_at: null,
  reopening_stopped_at: null,
  reopenings: null,
  pretends: false,
  spam_at: null,
  spam_reason: null,
  spam_score: null,
  trashed_at: null,
  label_count: 0,
  merged_into_id: null,
  has_transfers: false,
  has_rule_acts: false,
  has_followers: false,
};

/** The same with the columns that list rows join. */
export interface ListRow extends Row {
  inbox_name: string;
  inbox_channel: string;
  inbox_address: string;
  contact_name: string;
  assignee_first_name: string | null;
  assignee_last_name: string | null;
  team_name: string | null;
  read_message_id: number | null;
  viewer_since: string | null;
  /** Only where one conversation is read. */
  blocked_reason?: string | null;
  has_footer?: boolean | number;
  ignored_by_name?: string | null;
  is_followed?: boolean | number;
  was_assigned?: boolean | number;
  was_trashed?: boolean | number;
  has_forwards?: boolean | number;
  has_drafts?: boolean | number;
  rank?: number | null;
  last_machine: string | null;
  /** A list of `JsonLabel`, as text or read already; null = none. */
  labels: string | JsonLabel[] | null;
}

interface JsonLabel {
  id: number;
  name: string;
  colour: string;
  at: string;
  first_name: string | null;
  last_name: string | null;
}

const dateOrNull = (text: string | null): Date | null => (text === null ? null : new Date(text));

function shared(row: Row) {
  return {
    id: row.id as ConversationId,
    folderId: row.folder_id as FolderId,
    teamId: row.assigned_team_id as TeamId | null,
    status: row.status as Status,
    subject: row.subject,
    snippet: row.snippet,
    messageCount: row.message_count,
    hasAttachments: Boolean(row.has_attachments),
    failedDeliveries: row.failed_deliveries,
    lastMessageId: row.last_message_id as MessageId | null,
    lastMessageAt: new Date(row.last_message_at),
    waitingSince: dateOrNull(row.waiting_since),
    ignored: ignoredFrom(row),
    relatedConversationId: row.related_conversation_id as ConversationId | null,
    createdAt: new Date(row.created_at),
    closedAt: dateOrNull(row.closed_at),
    snoozedUntil: dateOrNull(row.snoozed_until),
    snoozedBy: row.snoozed_by as AgentId | null,
    loopedAt: dateOrNull(row.looped_at),
    reopeningStoppedAt: dateOrNull(row.reopening_stopped_at),
    reopenings: row.reopenings,
    pretends: Boolean(row.pretends),
    spam: row.spam_at === null ? null : { at: new Date(row.spam_at), reason: row.spam_reason ?? 'agent', score: row.spam_score },
    trashedAt: dateOrNull(row.trashed_at),
    labelCount: row.label_count,
    mergedIntoId: row.merged_into_id as ConversationId | null,
    hasTransfers: Boolean(row.has_transfers),
    hasRuleActs: Boolean(row.has_rule_acts),
    hasFollowers: Boolean(row.has_followers),
  };
}

const ignoredFrom = ({ ignored_at: at, ignored_by: by, ignored_since: since }: Row): Conversation['ignored'] =>
  at === null || since === null ? null : { at: new Date(at), by: by as AgentId | null, waitingSince: new Date(since) };

export function fromRow(row: Row): Conversation {
  return {
    ...shared(row),
    inboxId: row.inbox_id as InboxId,
    contactId: row.contact_id as ContactId,
    contactAddress: row.contact_address,
    assigneeId: row.assignee_id as AgentId | null,
    replyToken: row.reply_token,
  };
}

export function fromListRow(row: ListRow): ConversationRow {
  return {
    ...shared(row),
    inbox: { id: row.inbox_id as InboxId, name: row.inbox_name, channel: row.inbox_channel, address: row.inbox_address },
    contact: { id: row.contact_id as ContactId, name: row.contact_name, address: row.contact_address },
    assignee:
      row.assignee_id === null
        ? null
        : { id: row.assignee_id as AgentId, firstName: row.assignee_first_name ?? '', lastName: row.assignee_last_name ?? '' },
    teamName: row.team_name,
    blockedReason: row.blocked_reason ?? null,
    hasFooter: Boolean(row.has_footer),
    isFollowed: Boolean(row.is_followed),
    wasAssigned: Boolean(row.was_assigned),
    wasTrashed: Boolean(row.was_trashed),
    hasForwards: Boolean(row.has_forwards),
    hasOthersDrafts: Boolean(row.has_drafts),
    ignoredBy: row.ignored_by_name?.trim() || null,
    level: row.rank === undefined ? 'manage' : levelOfRank(row.rank ?? 0),
    readUpTo: row.read_message_id as MessageId | null,
    unread: isUnread(row),
    lastMachine: row.last_machine as ConversationRow['lastMachine'],
    labels: labelsOf(row.labels),
  };
}

function labelsOf(json: ListRow['labels']): ConversationRow['labels'] {
  const labels: JsonLabel[] = typeof json === 'string' ? JSON.parse(json) : (json ?? []);
  return labels.map((label) => ({
    id: label.id as LabelId,
    name: label.name,
    colour: label.colour as Colour,
    at: new Date(label.at),
    by: label.last_name === null ? null : `${label.first_name} ${label.last_name}`.trim(),
  }));
}

/** What came before an agent's account existed is not news to him. */
function isUnread(row: ListRow): boolean {
  if (row.viewer_since === null || row.last_message_id === null) return false;
  if (row.read_message_id !== null) return row.last_message_id > row.read_message_id;
  return row.last_message_at > row.viewer_since;
}

export function toColumns(patch: ConversationPatch): Partial<Row> {
  const columns: Partial<Row> = {};
  if (patch.assigneeId !== undefined) columns.assignee_id = patch.assigneeId;
  if (patch.teamId !== undefined) columns.assigned_team_id = patch.teamId;
  if (patch.folderId !== undefined) columns.folder_id = patch.folderId;
  if (patch.status !== undefined) columns.status = patch.status;
  if (patch.snippet !== undefined) columns.snippet = patch.snippet;
  if (patch.messageCount !== undefined) columns.message_count = patch.messageCount;
  if (patch.hasAttachments !== undefined) columns.has_attachments = patch.hasAttachments;
  if (patch.failedDeliveries !== undefined) columns.failed_deliveries = patch.failedDeliveries;
  if (patch.lastMessageId !== undefined) columns.last_message_id = patch.lastMessageId;
  if (patch.lastMessageAt !== undefined) columns.last_message_at = patch.lastMessageAt.toISOString();
  if (patch.waitingSince !== undefined) columns.waiting_since = patch.waitingSince?.toISOString() ?? null;
  if (patch.ignored !== undefined) {
    columns.ignored_at = patch.ignored?.at.toISOString() ?? null;
    columns.ignored_by = patch.ignored?.by ?? null;
    columns.ignored_since = patch.ignored?.waitingSince.toISOString() ?? null;
  }
  if (patch.loopedAt !== undefined) columns.looped_at = patch.loopedAt?.toISOString() ?? null;
  if (patch.reopeningStoppedAt !== undefined) columns.reopening_stopped_at = patch.reopeningStoppedAt?.toISOString() ?? null;
  if (patch.reopenings !== undefined) columns.reopenings = patch.reopenings;
  if (patch.pretends !== undefined) columns.pretends = patch.pretends;
  if (patch.mergedIntoId !== undefined) columns.merged_into_id = patch.mergedIntoId;
  if (patch.hasFollowers !== undefined) columns.has_followers = patch.hasFollowers;
  if (patch.hasTransfers !== undefined) columns.has_transfers = patch.hasTransfers;
  if (patch.hasRuleActs !== undefined) columns.has_rule_acts = patch.hasRuleActs;
  if (patch.closedAt !== undefined) columns.closed_at = patch.closedAt?.toISOString() ?? null;
  if (patch.snoozedUntil !== undefined) columns.snoozed_until = patch.snoozedUntil?.toISOString() ?? null;
  if (patch.snoozedBy !== undefined) columns.snoozed_by = patch.snoozedBy;
  if (patch.labelCount !== undefined) columns.label_count = patch.labelCount;
  if (patch.trashedAt !== undefined) columns.trashed_at = patch.trashedAt?.toISOString() ?? null;
  if (patch.spam !== undefined) {
    columns.spam_at = patch.spam?.at.toISOString() ?? null;
    columns.spam_reason = patch.spam?.reason ?? null;
    columns.spam_score = patch.spam?.score ?? null;
  }
  return columns;
}
