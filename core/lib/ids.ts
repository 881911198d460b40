declare const table: unique symbol;

/** A row id that remembers its table, so a MessageId cannot be passed where a ConversationId is wanted. */
export type Id<Table extends string> = number & { readonly [table]: Table };

export type AgentId = Id<'agents'>;
export type ApiKeyId = Id<'api_keys'>;
export type AttachmentId = Id<'attachments'>;
export type BlockedAddressId = Id<'blocked_addresses'>;
export type BackupId = Id<'backups'>;
export type BulkActionId = Id<'bulk_actions'>;
export type CannedResponseAttachmentId = Id<'canned_response_attachments'>;
export type CannedResponseId = Id<'canned_responses'>;
export type CompanyVariableId = Id<'company_variables'>;
export type ConnectionId = Id<'inbox_connections'>;
export type ContactId = Id<'contacts'>;
export type ConversationId = Id<'conversations'>;
export type DeliveryId = Id<'deliveries'>;
export type DraftAttachmentId = Id<'draft_attachments'>;
export type DraftVersionId = Id<'draft_versions'>;
export type FolderId = Id<'folders'>;
export type InboxId = Id<'inboxes'>;
export type LabelId = Id<'labels'>;
export type MessageId = Id<'messages'>;
export type NotificationId = Id<'notifications'>;
export type RawInboundId = Id<'raw_inbound'>;
export type RuleActId = Id<'rule_acts'>;
export type RuleId = Id<'rules'>;
export type SavedViewId = Id<'saved_views'>;
export type SessionId = Id<'sessions'>;
export type TeamId = Id<'teams'>;
export type TransferId = Id<'transfers'>;
export type VisitorId = Id<'visitors'>;

/** The largest id there can be: PostgreSQL's integer, which refuses a larger number even in a question. */
export const MAX_ID = 2_147_483_647;

/** Reads an id from text that came from outside: a positive integer of at most MAX_ID in plain decimal, or null. */
export function parseId<T extends string>(text: unknown): Id<T> | null {
  const value = typeof text === 'number' ? String(text) : text;
  if (typeof value !== 'string' || !/^[1-9]\d{0,9}$/.test(value)) return null;
  return Number(value) <= MAX_ID ? (Number(value) as Id<T>) : null;
}
