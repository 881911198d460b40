import { changeConversation, expectPresent, lockedConversation, lockedExact, lockedStanding } from '../conversations/change.ts';
import { wakeLater } from '../conversations/snooze.ts';
import type { Conversation, ConversationPatch } from '../conversations/types.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { labelConversation } from '../labels/apply.ts';
import { ConflictError, NotFoundError } from '../lib/errors.ts';
import type { TransferId } from '../lib/ids.ts';
import { derivedOf, waitingSinceOf } from '../messages/derived.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { bringParticipants, takeParticipants } from '../messages/move-participants.ts';
import { moveDrafts, returnDrafts, returnReads } from './companions-store.ts';
import { isSameInstant, isSameSide } from './memory.ts';
import { agentOf } from './shift.ts';
import { estrangeSenders, findTransferById, hasNewer, holdsPretence, markUndone, nextOf, saveMemory, shiftMessages } from './store.ts';
import type { Side, SideState, Transfer } from './types.ts';

/** Raises not_found. */
export async function findTransfer(scope: Scope, id: TransferId): Promise<Transfer> {
  const transfer = await findTransferById(scope, id);
  if (!transfer) throw new NotFoundError('Transfer');
  return transfer;
}

/**
 * Takes a merge, split or move back: its messages are where they were, and both conversations as they were, as far as nobody has changed
 * them since. What came later stays where it came. A conversation that was split off and holds nothing else leads back. Undoes in any
 * order: what a later one has taken elsewhere stays there. Raises not_found, transfer_undone, nothing_to_undo, conversation_is_spam.
 */
export async function undoTransfer(scope: Scope | WriteScope, endpoints: Pick<Endpoints, 'isOurs'>, id: TransferId): Promise<Transfer> {
  return transact(scope, async (tx) => {
    const transfer = await findTransfer(tx, id);
    const isMerge = transfer.kind === 'merge';
    const to = await lockedStanding(tx, transfer.toId);
    const from = isMerge ? await lockedExact(tx, transfer.fromId) : await lockedStanding(tx, transfer.fromId);
    expectPresent(from, to);
    if (!(await markUndone(tx, id, agentOf(tx))))
      throw new ConflictError('transfer_undone', 'This was undone already', 'Reload to see it.');
    const shifted = from.id === to.id ? 0 : await shiftMessages(tx, id, to.id, from.id);
    if (!isMerge && shifted === 0)
      throw new ConflictError('nothing_to_undo', 'The messages are elsewhere by now', 'Undo the later step first.');
    await takeParticipants(tx, id, to.id);
    await estrangeSenders(tx, transfer.memory.strangers);
    await bringParticipants(tx, endpoints, id, from.id);
    await returnReads(tx, transfer.toId, transfer.memory.reads);
    await returnDrafts(tx, transfer.memory.drafts, to.id, from.id);
    await changeConversation(tx, from, isMerge ? await unmerged(tx, transfer, from) : await restored(tx, transfer, from, 'from'));
    const left = await changeConversation(tx, to, await restored(tx, transfer, to, 'to'));
    for (const label of transfer.memory.labels) await labelConversation(tx, to.id, label, false);
    if (transfer.kind === 'split' && left.messageCount === 0 && to.id === transfer.toId) await leadBack(tx, left, from);
    tx.emit({ type: 'transfer.undone', data: { conversationId: from.id, otherId: to.id, transferId: id } });
    return { ...transfer, undoneAt: tx.now() };
  });
}

/** A merged conversation stands for itself again, exactly as it was; only deliveries may have gone on. */
async function unmerged(tx: WriteScope, { memory }: Transfer, from: Conversation): Promise<ConversationPatch> {
  const { waitingSince, pretends } = memory.before.from;
  const state = await stateOf(tx, from, memory.before.from);
  return { ...(await derivedOf(tx, from, [memory.before.from])), ...state, waitingSince, pretends, mergedIntoId: null };
}

/** Put off again, it wakes again. */
async function stateOf(
  tx: WriteScope,
  { id }: Conversation,
  { status, closedAt, snoozedUntil, snoozedBy }: SideState,
): Promise<ConversationPatch> {
  await wakeLater(tx, id, snoozedUntil);
  return { status, closedAt, snoozedUntil, snoozedBy };
}

/** What a side is like without the transfer. A later one that began with what this one left begins now with what this one found. */
async function restored(tx: WriteScope, transfer: Transfer, now: Conversation, side: Side): Promise<ConversationPatch> {
  const before = transfer.memory.before[side];
  const after = transfer.memory.after[side];
  const sideId = side === 'from' ? transfer.fromId : transfer.toId;
  const next = await nextOf(tx, transfer.id, sideId);
  if (next) await handOver(tx, transfer, next, side);
  const isUntouched = !next && now.id === sideId && !(await hasNewer(tx, now.id, transfer.afterMessageId));
  const isAsLeft = isUntouched && now.status === after.status && isSameInstant(now.snoozedUntil, after.snoozedUntil);
  // Closed since, or before: nobody waits there.
  const isClosed = (isAsLeft ? before : now).status === 'closed';
  return {
    ...(await derivedOf(tx, now, [before, now])),
    pretends: isUntouched ? before.pretends : (now.pretends || (side === 'from' && before.pretends)) && (await holdsPretence(tx, now.id)),
    ...(isAsLeft ? await stateOf(tx, now, before) : {}),
    ...(isClosed ? { waitingSince: null } : {}),
    ...(!isClosed && (isSameInstant(now.waitingSince, after.waitingSince) || next)
      ? { waitingSince: isUntouched ? before.waitingSince : await stillWaiting(tx, now, next ? null : transfer, before) }
      : {}),
  };
}

/** Whoever waited before waits on; else the first whose message came since and has no answer. Where nobody waits now, nobody begins to. */
async function stillWaiting(tx: WriteScope, now: Conversation, last: Transfer | null, before: SideState): Promise<Date | null> {
  if (now.waitingSince === null) return null;
  return last === null ? waitingSinceOf(tx, now.id) : (before.waitingSince ?? waitingSinceOf(tx, now.id, last.afterMessageId));
}

async function handOver(tx: WriteScope, transfer: Transfer, next: Transfer, side: Side): Promise<void> {
  const sideId = side === 'from' ? transfer.fromId : transfer.toId;
  const its: Side = next.fromId === sideId ? 'from' : 'to';
  if (!isSameSide(next.memory.before[its], transfer.memory.after[side])) return;
  const before = { ...next.memory.before, [its]: transfer.memory.before[side] };
  await saveMemory(tx, next.id, { ...next.memory, before });
}

/** The number of a conversation that was split off and is empty again leads where it came from. */
async function leadBack(tx: WriteScope, empty: Conversation, home: Conversation): Promise<void> {
  await moveDrafts(tx, empty.id, home.id);
  const now = await lockedConversation(tx, empty.id);
  await changeConversation(tx, now, { status: 'closed', closedAt: tx.now(), waitingSince: null, mergedIntoId: home.id });
}
