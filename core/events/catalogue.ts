import type {
  AgentId,
  ApiKeyId,
  BackupId,
  BlockedAddressId,
  BulkActionId,
  CannedResponseId,
  ContactId,
  ConversationId,
  DeliveryId,
  FolderId,
  Id,
  InboxId,
  LabelId,
  MessageId,
  RuleActId,
  RuleId,
  SavedViewId,
  SessionId,
  TeamId,
  TransferId,
} from '../lib/ids.ts';

/** Every fact the system can announce. Payloads carry ids only; consumers re-read rows. */
export interface EventMap {
  'message.received': { conversationId: ConversationId; messageId: MessageId };
  /** Fetched from an account: it lay there before, or its owner sent it with another program. Nobody has to be told. */
  'message.imported': { conversationId: ConversationId; messageId: MessageId };
  'message.sent': { conversationId: ConversationId; messageId: MessageId };
  /** Taken back before it was sent: the message is gone, its text is a draft again. */
  'message.withdrawn': { conversationId: ConversationId; messageId: MessageId };
  'message.scheduled': { conversationId: ConversationId; messageId: MessageId };
  'note.added': { conversationId: ConversationId; messageId: MessageId };
  'conversation.opened': { conversationId: ConversationId };
  'conversation.reopened': { conversationId: ConversationId };
  'conversation.looped': { conversationId: ConversationId };
  /** `isAgain`: what had opened or put off a closed one was taken back. */
  'conversation.closed': { conversationId: ConversationId; isAgain?: true };
  'conversation.snoozed': { conversationId: ConversationId };
  /** The moment that it was put off to has come. */
  'conversation.woken': { conversationId: ConversationId };
  /** Moved into the trash. */
  'conversation.trashed': { conversationId: ConversationId };
  /** Put back where it was before. */
  'conversation.restored': { conversationId: ConversationId };
  'conversation.ignored': { conversationId: ConversationId };
  'conversation.unignored': { conversationId: ConversationId };
  /** Its last closing was taken back: it ended nothing. */
  'conversation.unclosed': { conversationId: ConversationId };
  'conversation.assigned': { conversationId: ConversationId };
  /** Put into a folder, out of `fromFolderId`. */
  'conversation.filed': { conversationId: ConversationId; folderId: FolderId; fromFolderId: FolderId };
  /** Sent on to somebody else, with whom `otherId` began by it. */
  'conversation.forwarded': { conversationId: ConversationId; otherId: ConversationId; messageId: MessageId };
  'conversation.shared': { conversationId: ConversationId; agentId: AgentId };
  'conversation.unshared': { conversationId: ConversationId; agentId: AgentId };
  'folder.changed': { folderId: FolderId };
  'folder_rights.changed': { agentIds: readonly AgentId[] };
  /** What a team may do in folders; `agentIds` = who is in it. */
  'team_rights.changed': { teamId: TeamId; agentIds: readonly AgentId[] };
  /** Who came or went. */
  'team_members.changed': { teamId: TeamId; agentIds: readonly AgentId[] };
  'team.changed': { teamId: TeamId };
  'team.removed': { teamId: TeamId };
  'conversation.labelled': { conversationId: ConversationId; labelId: LabelId };
  'conversation.unlabelled': { conversationId: ConversationId; labelId: LabelId };
  'label.changed': { labelId: LabelId };
  'label.removed': { labelId: LabelId };
  'label.restored': { labelId: LabelId };
  'label.merged': { labelId: LabelId; intoId: LabelId };
  /** `otherId` leads to `conversationId` now. */
  'conversation.merged': { conversationId: ConversationId; otherId: ConversationId; transferId: TransferId };
  /** New, made of messages of `otherId`. */
  'conversation.split': { conversationId: ConversationId; otherId: ConversationId; transferId: TransferId };
  /** Came from `otherId`. */
  'message.moved': { conversationId: ConversationId; otherId: ConversationId; transferId: TransferId };
  'transfer.undone': { conversationId: ConversationId; otherId: ConversationId; transferId: TransferId };
  /** Whatever became of it. */
  'backup.finished': { backupId: BackupId };
  /** The data is that of this backup; restic's short name of it. */
  'backup.restored': { snapshot: string };
  'rule.changed': { ruleId: RuleId };
  'rule.acted': { conversationId: ConversationId; ruleActId: RuleActId };
  'rule.undone': { conversationId: ConversationId; ruleActId: RuleActId };
  'spam.hidden': { conversationId: ConversationId };
  'spam.scored': { conversationId: ConversationId };
  /** What could not be scanned when it came; whatever was found. */
  'virus.scanned': { conversationId: ConversationId };
  /** An administrator took something of a message with a virus to examine it. */
  'virus.taken': { conversationId: ConversationId; messageId: MessageId; name: string };
  'spam.purged': { conversationId: ConversationId };
  'trash.purged': { conversationId: ConversationId };
  /** The same mail may come again. */
  'tombstone.forgotten': { tombstoneId: Id<'tombstones'>; inboxId: InboxId };
  'spam.cleared': { conversationId: ConversationId };
  'sender.blocked': { value: string };
  'sender.unblocked': { value: string };
  'address.blocked': { blockedAddressId: BlockedAddressId };
  'address.unblocked': { blockedAddressId: BlockedAddressId };
  'contact.created': { contactId: ContactId };
  'contact.named': { contactId: ContactId };
  /** All that the company had of him was deleted; he himself too, unless a conversation had to stay. */
  'contact.erased': { contactId: ContactId; isGone: boolean };
  'contact.labelled': { contactId: ContactId; labelId: LabelId };
  'contact.unlabelled': { contactId: ContactId; labelId: LabelId };
  'delivery.changed': { conversationId: ConversationId; deliveryId: DeliveryId };
  'deliveries.hastened': { count: number };
  'delivery.failed': { conversationId: ConversationId; deliveryId: DeliveryId };
  'notifications.changed': { agentIds: readonly AgentId[] };
  'notifications.chosen': { agentId: AgentId };
  'inbox.changed': { inboxId: InboxId };
  'inbound.failed': { inboxId: InboxId };
  /** Kept things wait to be read that another process put there. */
  'inbound.added': { inboxId: InboxId };
  /** An archive of mail was taken over. */
  'mail.imported': { inboxId: InboxId; count: number };
  'report.unmatched': { inboxId: InboxId };
  /** `process`: the claimant that did it and has applied it by itself; null or absent: there was no other. */
  'plugin.changed': { name: string; process?: number | null };
  /** How Centrala is registered at a service where people log in (`name`). */
  'oauth_client.changed': { name: string };
  /** Somebody logged in to an account (`name`) elsewhere. */
  'oauth_grant.changed': { name: string };
  'admission.changed': { admissionId: Id<'admissions'> };
  'domain_report.received': { domainReportId: Id<'domain_reports'> };
  'sending_domain.changed': { sendingDomainId: Id<'sending_domains'>; name: string };
  'canned_response.changed': { cannedResponseId: CannedResponseId };
  'saved_view.changed': { savedViewId: SavedViewId };
  'settings.changed': { key: string };
  'agent.added': { agentId: AgentId };
  'agent.changed': { agentId: AgentId };
  'agent.role_changed': { agentId: AgentId };
  'agent.availability_changed': { agentId: AgentId };
  /** Null = the company's logo. */
  'picture.changed': { agentId: AgentId | null };
  'agent.permissions_changed': { agentId: AgentId; given: readonly string[]; taken: readonly string[] };
  'agent.disabled': { agentId: AgentId };
  'agent.enabled': { agentId: AgentId };
  'password.changed': { agentId: AgentId };
  'session.started': { agentId: AgentId; sessionId: SessionId };
  /** A wrong password; null = there is nobody with that e-mail. */
  'session.refused': { agentId: AgentId | null };
  /** Null = all of them. */
  'session.ended': { agentId: AgentId; sessionId: SessionId | null };
  'api_key.created': { apiKeyId: ApiKeyId; agentId: AgentId };
  'api_key.revoked': { apiKeyId: ApiKeyId };
  /** Somebody took much out at once. */
  'file.added': { fileId: Id<'files'> };
  'file.changed': { fileId: Id<'files'> };
  'file.removed': { fileId: Id<'files'>; name: string };
  'export.made': { name: string };
  /** Somebody began to do something to many conversations, or to take it back, or stopped that; each of them has its own event. */
  'bulk_action.changed': { bulkActionId: BulkActionId; byAgentId: AgentId };
}

export type EventType = keyof EventMap;
export type DomainEvent = { [T in EventType]: { readonly type: T; readonly data: EventMap[T] } }[EventType];
