import { changeConversation, lockedConversation } from '../conversations/change.ts';
import { findConversation } from '../conversations/list.ts';
import { wakeLater } from '../conversations/snooze.ts';
import type { Conversation } from '../conversations/types.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { AgentId, ConversationId } from '../lib/ids.ts';
import { forgetMessages, indexMessages } from '../search/index-conversation.ts';
import { holdBack } from './hold-back.ts';
import { endTrashing, insertTrashing, trashLines } from './store.ts';
import type { BackBy, TrashLine } from './types.ts';

/** What became of it; `conversation` null = it held nothing but one message that was still to be sent, and is that draft again. */
export interface Trashed {
  readonly conversation: Conversation | null;
  /** Messages that will not be sent now, and are drafts again. */
  readonly stopped: number;
}

/**
 * Moves a conversation into the trash: out of every other list, counter and search, until it is put back or purged. Nothing is sent from
 * there. One that lies there already stays. Raises not_found, conversation_merged, conversation_sending.
 */
export async function trashConversation(scope: Scope | WriteScope, id: ConversationId): Promise<Trashed> {
  return transact(scope, async (tx) => {
    const found = await lockedConversation(tx, id);
    if (found.trashedAt) return { conversation: found, stopped: 0 };
    const stopped = await holdBack(tx, found, 'trash');
    const before = stopped === 0 ? found : await findConversation(tx, id);
    if (!before) return { conversation: null, stopped };
    const { status, closedAt, waitingSince, snoozedUntil, snoozedBy } = before;
    await insertTrashing(tx, id, { status, closedAt, waitingSince, snoozedUntil, snoozedBy });
    await forgetMessages(tx, id);
    tx.emit({ type: 'conversation.trashed', data: { conversationId: id } });
    const patch = { status: 'closed', closedAt: closedAt ?? tx.now(), waitingSince: null, trashedAt: tx.now() } as const;
    return { conversation: await changeConversation(tx, before, patch), stopped };
  });
}

/** Puts a conversation back where it was. One that is not in the trash stays as it is. Raises not_found, conversation_merged. */
export async function restoreConversation(scope: Scope | WriteScope, id: ConversationId): Promise<Conversation> {
  return transact(scope, async (tx) => takeOut(tx, await lockedConversation(tx, id), 'agent'));
}

/** The same for a locked conversation, and what did it. */
export async function takeOut(tx: WriteScope, now: Conversation, by: BackBy): Promise<Conversation> {
  if (!now.trashedAt) return now;
  const memory = await endTrashing(tx, now.id, by);
  if (!now.spam) await indexMessages(tx, now.id);
  tx.emit({ type: 'conversation.restored', data: { conversationId: now.id } });
  if (!memory) return changeConversation(tx, now, { trashedAt: null });
  const { snoozedUntil, snoozedBy, ...state } = memory;
  await wakeLater(tx, now.id, snoozedUntil);
  return changeConversation(tx, now, { ...state, snoozedUntil, snoozedBy: snoozedBy as AgentId | null, trashedAt: null });
}

/** When these conversations were put into the trash and came out again, oldest first. */
export const listTrashings = (scope: Scope, ids: readonly ConversationId[]): Promise<readonly TrashLine[]> => trashLines(scope, ids);
