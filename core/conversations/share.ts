import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import type { AgentId, ConversationId } from '../lib/ids.ts';
import { notifyOfShare } from '../notifications/notify-talk.ts';
import { mayRead } from './allow.ts';
import { lockedConversation } from './change.ts';
import { deleteShare, insertShare, type Share, sharesOf } from './shares-store.ts';
import { isActiveAgent } from './store.ts';

/** With whom the conversation is shared beside those who see its folder, in the order in which it was; whoever asks. */
export const listShares = (scope: Scope, id: ConversationId): Promise<readonly Share[]> => sharesOf(scope, id);

/**
 * Invites an agent into one conversation, whatever folder it is in: he may read it and answer, and is told. Twice is once.
 * Raises not_found, conversation_merged, or invalid for an agent who cannot work or sees it anyway.
 */
export async function shareConversation(scope: Scope | WriteScope, id: ConversationId, agentId: AgentId): Promise<void> {
  await transact(scope, async (tx) => {
    await lockedConversation(tx, id);
    if (!(await isActiveAgent(tx, agentId))) throw new InvalidError({ agentId: 'conversations.assign.unknown' });
    if ((await sharesOf(tx, id)).some((one) => one.agentId === agentId)) return;
    if (await mayRead(tx, agentId, id)) throw new InvalidError({ agentId: 'folders.share.sees' });
    await insertShare(tx, id, agentId);
    tx.emit({ type: 'conversation.shared', data: { conversationId: id, agentId } });
    await notifyOfShare(tx, id, agentId);
  });
}

/** Takes the invitation back: from the next request on he does not see it, unless its folder is his. Nothing to take back is no error. */
export async function unshareConversation(scope: Scope | WriteScope, id: ConversationId, agentId: AgentId): Promise<void> {
  await transact(scope, async (tx) => {
    await lockedConversation(tx, id);
    if (await deleteShare(tx, id, agentId)) tx.emit({ type: 'conversation.unshared', data: { conversationId: id, agentId } });
  });
}

/** Whoever begins a conversation goes on seeing it, also where it begins in a folder that is not his. */
export async function keepForAuthor(tx: WriteScope, id: ConversationId, authorId: AgentId): Promise<void> {
  if (!(await mayRead(tx, authorId, id))) await insertShare(tx, id, authorId);
}
