import type { Scope, WriteScope } from '../db/scope.ts';
import type { ContactId, ConversationId, InboxId } from '../lib/ids.ts';
import { addParticipantRows, deleteParticipantRows, participations } from './participants-store.ts';
import { findByTokens, findInInbox, newestOpen, recentOf, standingFor } from './store.ts';

const MAX_TOKENS = 20;
const MAX_PARTICIPANTS = 200;

/**
 * Conversations that the reply tokens lead to: those of this inbox that own one, or where these were merged. A token of another inbox
 * finds nothing, unless a message of this inbox is in its conversation.
 */
export async function conversationsWithTokens(
  scope: Scope,
  inboxId: InboxId,
  tokens: readonly string[],
): Promise<readonly ConversationId[]> {
  const owners = await findByTokens(scope, inboxId, tokens.slice(0, MAX_TOKENS));
  const standing = await standingFor(scope, owners);
  return [...new Set(owners.map((id) => standing.get(id) ?? id))];
}

/** The conversation that a number of this inbox leads to; null when the inbox has none with it. */
export async function conversationWithNumber(scope: Scope, inboxId: InboxId, id: ConversationId): Promise<ConversationId | null> {
  const standing = (await standingFor(scope, [id])).get(id);
  if (standing === undefined) return null;
  for (const one of new Set([id, standing])) if (await findInInbox(scope, inboxId, one)) return standing;
  return null;
}

/** The conversation that a number leads to: itself, or where it was merged. An unknown number stays what it is. */
export const leadsTo = async (scope: Scope, id: ConversationId): Promise<ConversationId> => (await standingFor(scope, [id])).get(id) ?? id;

/** The same for several; unknown ones are left out. */
export const leadTo = (scope: Scope, ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, ConversationId>> =>
  standingFor(scope, ids);

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

/** Takes from the conversation those who take part in it no longer. */
export const removeParticipants = (tx: WriteScope, id: ConversationId, addresses: readonly string[]): Promise<void> =>
  deleteParticipantRows(tx, id, addresses);
