import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { holdFolder } from '../folders/list.ts';
import { expectOwnMail } from '../folders/personal.ts';
import type { ConversationId, FolderId } from '../lib/ids.ts';
import { readersOf } from './allow.ts';
import { changeConversation, lockedConversation } from './change.ts';
import { changeHolder } from './holder.ts';
import { inboxesIn } from './rights-store.ts';
import { workersOf } from './team-workers.ts';
import type { Conversation } from './types.ts';

/**
 * Puts a conversation into a folder. Where its assignee does not see it there, or nobody of its team does, it is not theirs from then on:
 * it would be in no list that somebody works through. The same folder: no change, no event. Raises not_found, conversation_merged, or invalid for a personal folder that is not its own.
 */
export async function fileConversation(scope: Scope | WriteScope, id: ConversationId, folderId: FolderId): Promise<Conversation> {
  return transact(scope, async (tx) => {
    const conversation = await lockedConversation(tx, id);
    await holdFolder(tx, folderId);
    await expectOwnMail(tx, folderId, () => inboxesIn(tx, id));
    return refile(tx, conversation, folderId);
  });
}

/** The same for a locked conversation, also one that leads to another, and a folder that is there. */
export async function refile(tx: WriteScope, before: Conversation, folderId: FolderId): Promise<Conversation> {
  if (before.folderId === folderId) return before;
  tx.emit({ type: 'conversation.filed', data: { conversationId: before.id, folderId, fromFolderId: before.folderId } });
  const after = await changeConversation(tx, before, { folderId });
  const { id, assigneeId, teamId } = after;
  const isHis = assigneeId !== null && (await readersOf(tx, id)).has(assigneeId);
  const isTheirs = teamId !== null && (await workersOf(tx, id, teamId)).length > 0;
  const to = { assigneeId: isHis ? assigneeId : null, teamId: isTheirs ? teamId : null };
  if (to.assigneeId === assigneeId && to.teamId === teamId) return after;
  return changeHolder(tx, after, to);
}
