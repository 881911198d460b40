import type { WriteScope } from '../db/scope.ts';
import { followLabels } from '../labels/follow.ts';
import { ConflictError, NotFoundError } from '../lib/errors.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';
import { type CounterChanges, conversationDifference } from './counters.ts';
import { leadsTo } from './evidence.ts';
import { conversationOfMessage, lockConversation, updateConversation } from './store.ts';
import type { Conversation, ConversationPatch } from './types.ts';

/** The conversation, locked until the transaction ends. Raises not_found, or conversation_merged when it stands for another one. */
export async function lockedConversation(tx: WriteScope, id: ConversationId): Promise<Conversation> {
  const conversation = await existing(tx, id);
  if (conversation.mergedIntoId === null) return conversation;
  const help = `Open #${conversation.mergedIntoId}: everything is there now.`;
  throw new ConflictError('conversation_merged', 'This conversation was merged into another one', help);
}

/** Raises conversation_in_trash, or conversation_is_spam, for what lies there: first somebody takes it out. */
export function expectPresent(...conversations: readonly Pick<Conversation, 'spam' | 'trashedAt'>[]): void {
  if (conversations.some(({ trashedAt }) => trashedAt !== null))
    throw new ConflictError('conversation_in_trash', 'This conversation is in the trash', 'Put it back first.');
  if (conversations.some(({ spam }) => spam !== null))
    throw new ConflictError('conversation_is_spam', 'This conversation is in spam', 'Say first that it is not spam.');
}

/** The same for what comes by itself and must not fail: of a merged conversation the one that it leads to. Raises not_found. */
export async function lockedStanding(tx: WriteScope, id: ConversationId): Promise<Conversation> {
  let conversation = await existing(tx, id);
  while (conversation.mergedIntoId !== null) conversation = await existing(tx, conversation.mergedIntoId);
  return conversation;
}

/** The conversation that a message is in, locked: also when the message was moved while we waited for the lock. Raises not_found. */
export async function lockedHolder(tx: WriteScope, id: MessageId): Promise<Conversation> {
  for (;;) {
    const before = await conversationOfMessage(tx, id);
    if (before === null) throw new NotFoundError('Message');
    const conversation = await existing(tx, before);
    if ((await conversationOfMessage(tx, id)) === before) return conversation;
  }
}

/** Two conversations that others stand for, each locked, lower number first so that nobody waits in a ring. Raises not_found. */
export async function lockedPair(tx: WriteScope, a: ConversationId, b: ConversationId): Promise<readonly [Conversation, Conversation]> {
  for (;;) {
    const [first, second] = [await leadsTo(tx, a), await leadsTo(tx, b)];
    const locked = new Map<ConversationId, Conversation>();
    for (const id of [first, second].sort((x, y) => x - y)) locked.set(id, await existing(tx, id));
    const [one, other] = [locked.get(first), locked.get(second)];
    if (one && other && one.mergedIntoId === null && other.mergedIntoId === null) return [one, other];
  }
}

/** This very row, locked, also when it leads to another one. Raises not_found. */
export const lockedExact = (tx: WriteScope, id: ConversationId): Promise<Conversation> => existing(tx, id);

async function existing(tx: WriteScope, id: ConversationId): Promise<Conversation> {
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
  asked: ConversationPatch,
  also: CounterChanges = new Map(),
): Promise<Conversation> {
  const patch = isWoken(before, asked) ? { ...asked, snoozedUntil: null, snoozedBy: null } : asked;
  const after = { ...before, ...patch };
  if (Object.keys(patch).length > 0) await updateConversation(tx, before.id, patch);
  await followLabels(tx, before, after);
  tx.count(conversationDifference(before, after, also));
  return after;
}

/** Whatever ends the putting off of a conversation ends all of it. */
const isWoken = (before: Conversation, { status }: ConversationPatch): boolean =>
  before.status === 'snoozed' && status !== undefined && status !== 'snoozed';

/** What reopening changes; empty when the conversation is open already, or in spam or the trash, which only a person or a mail takes it out of. */
export const reopened = (conversation: Conversation): ConversationPatch =>
  conversation.status === 'open' || conversation.spam || conversation.trashedAt ? {} : { status: 'open', closedAt: null };
