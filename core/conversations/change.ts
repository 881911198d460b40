import type { WriteScope } from '../db/scope.ts';
import { followLabels } from '../labels/follow.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { ConversationId } from '../lib/ids.ts';
import { type CounterChanges, conversationDifference, moveCounters } from './counters.ts';
import { lockConversation, updateConversation } from './store.ts';
import type { Conversation, ConversationPatch } from './types.ts';

/** The conversation, locked until the transaction ends. Raises not_found. */
export async function lockedConversation(tx: WriteScope, id: ConversationId): Promise<Conversation> {
  const conversation = await lockConversation(tx, id);
  if (!conversation) throw new NotFoundError('Conversation');
  return conversation;
}

/**
 * The only way a conversation changes: writes the patch, moves the counters by the difference and its place in the lists of its labels.
 * `before` must be locked by this transaction. `also` joins counter changes of the caller into the same statement.
 */
export async function changeConversation(
  tx: WriteScope,
  before: Conversation,
  patch: ConversationPatch,
  also: CounterChanges = new Map(),
): Promise<Conversation> {
  const after = { ...before, ...patch };
  if (Object.keys(patch).length > 0) await updateConversation(tx, before.id, patch);
  await followLabels(tx, before, after);
  await moveCounters(tx, conversationDifference(before, after, also));
  return after;
}

/** What reopening changes; empty when the conversation is open already. */
export const reopened = (conversation: Conversation): ConversationPatch =>
  conversation.status === 'open' ? {} : { status: 'open', closedAt: null };
