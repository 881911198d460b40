import { allow, type ConversationRight } from '../conversations/allow.ts';
import { assignConversation, handOver } from '../conversations/assign.ts';
import { lockedConversation } from '../conversations/change.ts';
import { closeConversation } from '../conversations/close.ts';
import { fileConversation } from '../conversations/file.ts';
import { ignoreConversation } from '../conversations/ignore.ts';
import { markRead, readUpTo } from '../conversations/mark-read.ts';
import { reopenConversation } from '../conversations/reopen.ts';
import { snoozeConversation } from '../conversations/snooze.ts';
import type { Conversation } from '../conversations/types.ts';
import type { WriteScope } from '../db/scope.ts';
import { allowFolder } from '../folders/allow.ts';
import { labelConversation } from '../labels/apply.ts';
import { unreachable } from '../lib/errors.ts';
import type { AgentId, ConversationId } from '../lib/ids.ts';
import { markSpam, stopSending } from '../spam/mark.ts';
import { restoreConversation, trashConversation } from '../trash/trash.ts';
import { isSameFor, type Memory, snapshotOf } from './memory.ts';
import type { BulkDeed, BulkKind } from './types.ts';

/** What one needs for it in each conversation. */
export const RIGHT_OF: Readonly<Record<BulkKind, ConversationRight>> = {
  close: 'conversation:close',
  reopen: 'conversation:close',
  assign: 'conversation:assign',
  label: 'conversation:label',
  unlabel: 'conversation:label',
  file: 'conversation:move',
  spam: 'conversation:close',
  not_spam: 'conversation:close',
  ignore: 'conversation:close',
  snooze: 'conversation:close',
  read: 'conversation:read',
  trash: 'conversation:trash',
  untrash: 'conversation:trash',
};

/** Who does it. `isQuiet` = to so many that nobody is told of each. */
export interface Doer {
  readonly agentId: AgentId;
  readonly isQuiet: boolean;
  /** Conversations of which it is known already that he may do it. */
  readonly may?: ReadonlySet<ConversationId>;
}

/** Does it to one conversation, as the agent could by himself. Answers what it was like and is; null = it was so already. Raises what the single act raises. */
export async function perform(tx: WriteScope, deed: BulkDeed, id: ConversationId, doer: Doer): Promise<Memory | null> {
  if (!doer.may?.has(id)) await allow(tx, RIGHT_OF[deed.kind], id);
  const found = await lockedConversation(tx, id);
  // What is remembered is the conversation without the answer that does not leave: taking it back sends nothing.
  const conversation = deed.kind === 'spam' && !found.spam ? await stopSending(tx, found) : found;
  const read = deed.kind === 'read' ? await readUpTo(tx, id, doer.agentId) : null;
  const before = snapshotOf(conversation, read);
  if (deed.kind === 'label' || deed.kind === 'unlabel')
    return (await labelConversation(tx, id, deed.labelId, deed.kind === 'label')) ? { before, after: before } : null;
  if (deed.kind === 'read')
    return (await markRead(tx, id, doer.agentId)) ? { before, after: { ...before, readUpTo: conversation.lastMessageId } } : null;
  if (deed.kind === 'trash') {
    const { conversation: after } = await trashConversation(tx, id);
    // What held nothing but a message to be sent is that draft again: there is nothing to take back.
    return after && isSameFor(deed.kind, before, snapshotOf(after)) ? null : { before, after: after ? snapshotOf(after) : before };
  }
  const after = snapshotOf(await changed(tx, deed, id, doer));
  return isSameFor(deed.kind, before, after) ? null : { before, after };
}

async function changed(
  tx: WriteScope,
  deed: Exclude<BulkDeed, { kind: 'label' | 'unlabel' | 'trash' }>,
  id: ConversationId,
  { isQuiet }: Doer,
): Promise<Conversation> {
  switch (deed.kind) {
    case 'close':
      return closeConversation(tx, id);
    case 'reopen':
      return reopenConversation(tx, id);
    case 'assign':
      return deed.teamId
        ? handOver(tx, id, { assigneeId: deed.assigneeId, teamId: deed.teamId }, isQuiet)
        : assignConversation(tx, id, deed.assigneeId, isQuiet);
    case 'file':
      await allowFolder(tx, 'move', deed.folderId);
      return fileConversation(tx, id, deed.folderId);
    case 'spam':
      return markSpam(tx, id, true);
    case 'not_spam':
      return markSpam(tx, id, false);
    case 'ignore':
      return ignoreConversation(tx, id);
    case 'snooze':
      return snoozeConversation(tx, id, deed.until);
    case 'read':
      return lockedConversation(tx, id);
    case 'untrash':
      return restoreConversation(tx, id);
    default:
      return unreachable(deed);
  }
}
