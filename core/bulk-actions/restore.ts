import { allow } from '../conversations/allow.ts';
import { handOver } from '../conversations/assign.ts';
import { changeConversation, lockedConversation } from '../conversations/change.ts';
import { fileConversation } from '../conversations/file.ts';
import type { Assignment } from '../conversations/holder.ts';
import { unignoreConversation } from '../conversations/ignore.ts';
import { unmarkRead } from '../conversations/mark-read.ts';
import { wakeLater } from '../conversations/snooze.ts';
import type { Conversation, ConversationPatch } from '../conversations/types.ts';
import type { WriteScope } from '../db/scope.ts';
import { allowFolder } from '../folders/allow.ts';
import { labelConversation } from '../labels/apply.ts';
import { InvalidError, unreachable } from '../lib/errors.ts';
import type { AgentId, ConversationId, FolderId, MessageId, TeamId } from '../lib/ids.ts';
import { markSpam } from '../spam/mark.ts';
import { restoreConversation, trashConversation } from '../trash/trash.ts';
import { isSameFor, type Memory, type Snapshot, snapshotOf } from './memory.ts';
import { type Doer, RIGHT_OF } from './perform.ts';
import type { BulkDeed } from './types.ts';

/** Puts one conversation back as it was before the act; false, and untouched, where somebody has changed it since. Raises what the single act raises. */
export async function restore(
  tx: WriteScope,
  deed: BulkDeed,
  id: ConversationId,
  memory: Memory,
  { agentId, may }: Pick<Doer, 'agentId' | 'may'>,
): Promise<boolean> {
  if (!may?.has(id)) await allow(tx, RIGHT_OF[deed.kind], id);
  const { before, after } = memory;
  const now = await lockedConversation(tx, id);
  if (deed.kind === 'label' || deed.kind === 'unlabel') return labelConversation(tx, id, deed.labelId, deed.kind === 'unlabel');
  if (deed.kind === 'read') return unmarkRead(tx, id, agentId, after.readUpTo as MessageId | null, before.readUpTo as MessageId | null);
  if (!isSameFor(deed.kind, snapshotOf(now), after)) return false;
  switch (deed.kind) {
    case 'close':
    case 'reopen':
    case 'snooze':
      if (deed.kind === 'close') tx.emit({ type: 'conversation.unclosed', data: { conversationId: id } });
      await announceState(tx, id, before);
      await changeConversation(tx, now, stateOf(before));
      return true;
    case 'spam':
    case 'not_spam': {
      const back = await markSpam(tx, id, deed.kind === 'not_spam');
      await wakeLater(tx, id, before.snoozedUntil);
      await changeConversation(tx, back, { ...stateOf(before), spam: before.spam });
      return true;
    }
    case 'trash':
      await restoreConversation(tx, id);
      return true;
    case 'untrash':
      await trashConversation(tx, id);
      return true;
    case 'ignore':
      await unignoreConversation(tx, id);
      return true;
    case 'assign':
      await handOver(tx, id, holderOf(before), true);
      return true;
    case 'file':
      await allowFolder(tx, 'move', before.folderId as FolderId);
      await handBack(tx, await fileConversation(tx, id, before.folderId as FolderId), memory);
      return true;
    default:
      return unreachable(deed);
  }
}

const stateOf = ({ status, closedAt, waitingSince, snoozedUntil, snoozedBy }: Snapshot): ConversationPatch => ({
  status,
  closedAt,
  waitingSince,
  snoozedUntil,
  snoozedBy: snoozedBy as AgentId | null,
});

const holderOf = ({ assigneeId, teamId }: Snapshot): Assignment => ({
  assigneeId: assigneeId as AgentId | null,
  teamId: teamId as TeamId | null,
});

async function announceState(tx: WriteScope, conversationId: ConversationId, before: Snapshot): Promise<void> {
  await wakeLater(tx, conversationId, before.snoozedUntil);
  if (before.status === 'closed') tx.emit({ type: 'conversation.closed', data: { conversationId, isAgain: true } });
  else tx.emit({ type: before.status === 'open' ? 'conversation.reopened' : 'conversation.snoozed', data: { conversationId } });
}

/** Moving took it from an assignee or a team who do not see the other folder: they have it again, unless they cannot work any more. */
async function handBack(tx: WriteScope, now: Conversation, { before, after }: Memory): Promise<void> {
  if (!isSameFor('assign', snapshotOf(now), after) || isSameFor('assign', before, after)) return;
  try {
    await handOver(tx, now.id, holderOf(before), true);
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error;
  }
}
