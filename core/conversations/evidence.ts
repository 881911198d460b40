import type { Scope, WriteScope } from '../db/scope.ts';
import type { ContactId, ConversationId, InboxId } from '../lib/ids.ts';
import { addParticipantRows, findByTokens, findInInbox, newestOpen, participations, recentOf } from './store.ts';

const MAX_TOKENS = 20;
const MAX_PARTICIPANTS = 200;

/** Conversations of this inbox that own one of the reply tokens; a token of another inbox finds nothing. */
export const conversationsWithTokens = (scope: Scope, inboxId: InboxId, tokens: readonly string[]): Promise<readonly ConversationId[]> =>
  findByTokens(scope, inboxId, tokens.slice(0, MAX_TOKENS));

/** Whether the inbox has a conversation with this number. */
export const conversationInInbox = (scope: Scope, inboxId: InboxId, id: ConversationId): Promise<boolean> =>
  findInInbox(scope, inboxId, id);

/** The newest open conversation of a contact in an inbox, or null. */
export const newestOpenConversation = (scope: Scope, inboxId: InboxId, contactId: ContactId): Promise<ConversationId | null> =>
  newestOpen(scope, inboxId, contactId);

/** The newest twenty conversations of a contact in an inbox, whatever became of them. */
export const recentConversations = (
  scope: Scope,
  inboxId: InboxId,
  contactId: ContactId,
): Promise<readonly { readonly id: ConversationId; readonly subject: string }[]> => recentOf(scope, inboxId, contactId, 20);

/**
 * In which of these conversations the address takes part: it wrote or was written to there, or belongs to the conversation's contact.
 * Senders who were only let in as new participants do not count until one of us, or of the others, writes to them.
 */
export const participatesIn = (scope: Scope, address: string, ids: readonly ConversationId[]): Promise<ReadonlySet<ConversationId>> =>
  participations(scope, address, ids);

/** Remembers who takes part from now on; at most 200 addresses of one message. */
export const addParticipants = (tx: WriteScope, id: ConversationId, addresses: readonly string[]): Promise<void> =>
  addParticipantRows(tx, id, [...new Set(addresses)].slice(0, MAX_PARTICIPANTS));
