import { allow } from '../conversations/allow.ts';
import { lockedPair } from '../conversations/change.ts';
import { wakeLater } from '../conversations/snooze.ts';
import type { Conversation, ConversationPatch } from '../conversations/types.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { expectSameOwner } from '../folders/personal.ts';
import { appliedLabels, labelConversation } from '../labels/apply.ts';
import { MAX_APPLIED } from '../labels/types.ts';
import { ConflictError } from '../lib/errors.ts';
import type { ConversationId, TransferId } from '../lib/ids.ts';
import { derivedOf } from '../messages/derived.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { moveDrafts } from './companions-store.ts';
import { shift } from './shift.ts';
import { saveMemory } from './store.ts';
import { findTransfer } from './undo.ts';

/** More at once are no two cases that turned out to be one. */
export const MAX_MERGED = 50;

/**
 * Merges conversations into one of them: all messages are in `into`, in the order in which they came, and the others lead there, whatever
 * asks for them, and it bears the labels of all. Who waited goes on waiting; a closed `into` opens when one of the others is open, and is
 * put off to the moment to which one of them is. The same inbox is not needed, the
 * same channel is: an answer has to reach everybody. Raises not_found, conversation_is_spam, channels_differ, personal_apart, already_together.
 */
export async function mergeConversations(
  scope: Scope | WriteScope,
  endpoints: Endpoints,
  into: ConversationId,
  others: readonly ConversationId[],
): Promise<readonly TransferId[]> {
  return transact(scope, async (tx) => {
    const ids: TransferId[] = [];
    for (const other of others.slice(0, MAX_MERGED)) ids.push(await mergeOne(tx, endpoints, other, into));
    return ids;
  });
}

/** One of them. */
export async function mergeOne(tx: WriteScope, endpoints: Endpoints, other: ConversationId, into: ConversationId): Promise<TransferId> {
  const [from, to] = await lockedPair(tx, other, into);
  await allowBoth(tx, from, to);
  if (from.id === to.id) throw new ConflictError('already_together', 'These are one conversation already', 'Choose another one.');
  expectSameChannel(endpoints, from, to);
  await expectSameOwner(tx, from.folderId, to.folderId);
  const transferId = await shift(tx, endpoints, { kind: 'merge', from, to, some: null }, async () => {
    const standing = standingOf(from, to);
    await wakeLater(tx, to.id, standing.snoozedUntil ?? null);
    return {
      from: { status: 'closed', closedAt: tx.now(), waitingSince: null, mergedIntoId: to.id },
      to: {
        ...(await derivedOf(tx, to, [from, to])),
        ...(from.hasFollowers ? { hasFollowers: true } : {}),
        ...standing,
      },
      drafts: await moveDrafts(tx, from.id, to.id),
    };
  });
  await uniteLabels(tx, transferId, from, to);
  tx.emit({ type: 'conversation.merged', data: { conversationId: to.id, otherId: from.id, transferId } });
  return transferId;
}

/** Open when one of both is; else put off to the earlier moment, where one of both is. */
function standingOf(from: Conversation, to: Conversation): ConversationPatch {
  const waitingSince = earlier(from.waitingSince, to.waitingSince);
  if (from.status === 'open' || to.status === 'open') return { status: 'open', closedAt: null, waitingSince };
  if (from.status !== 'snoozed') return {};
  const isSooner = to.status === 'closed' || earlier(from.snoozedUntil, to.snoozedUntil) !== to.snoozedUntil;
  const { snoozedUntil, snoozedBy } = isSooner ? from : to;
  return { status: 'snoozed', closedAt: null, snoozedUntil, snoozedBy, waitingSince };
}

/** The target bears the labels of both, as many as one conversation can; undoing takes off those that came. */
async function uniteLabels(tx: WriteScope, id: TransferId, from: Conversation, to: Conversation): Promise<void> {
  if (from.labelCount === 0) return;
  const own = new Set(await appliedLabels(tx, to.id));
  const labels = (await appliedLabels(tx, from.id)).filter((label) => !own.has(label)).slice(0, MAX_APPLIED - own.size);
  for (const label of labels) await labelConversation(tx, to.id, label, true);
  if (labels.length > 0) await saveMemory(tx, id, { ...(await findTransfer(tx, id)).memory, labels });
}

/** Asked of the two that are joined, not of the numbers that lead to them: those may stand in a folder that the actor sees. Raises not_found, forbidden. */
export async function allowBoth(tx: WriteScope, ...both: readonly Conversation[]): Promise<void> {
  for (const { id } of both) await allow(tx, 'conversation:move', id);
}

/** Raises channels_differ. */
export function expectSameChannel(endpoints: Endpoints, a: Conversation, b: Conversation): void {
  if (a.inboxId === b.inboxId) return;
  const [one, other] = [a, b].map(({ inboxId }) => endpoints.find(inboxId)?.traits.addressKind);
  if (one !== undefined && one === other) return;
  throw new ConflictError('channels_differ', 'These conversations are on different channels', 'An answer could not reach everybody in it.');
}

export const earlier = (a: Date | null, b: Date | null): Date | null => (a && b ? (a < b ? a : b) : (a ?? b));
