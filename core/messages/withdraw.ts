import { allowedAmong } from '../conversations/allow.ts';
import { changeConversation, lockedHolder } from '../conversations/change.ts';
import { type CounterChanges, deliveryDifference } from '../conversations/counters.ts';
import { leadsTo } from '../conversations/evidence.ts';
import { removeIfEmpty } from '../conversations/remove-empty.ts';
import { wakeLater } from '../conversations/snooze.ts';
import type { Conversation, ConversationPatch } from '../conversations/types.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { isFailed } from '../deliveries/types.ts';
import { isWithdrawable, lockedDeliveries } from '../deliveries/untouched.ts';
import { restoreDraft } from '../drafts/restore.ts';
import { forwardOf } from '../forwards/list.ts';
import { ConflictError } from '../lib/errors.ts';
import type { AgentId, ConversationId, MessageId } from '../lib/ids.ts';
import { snippet } from '../lib/text.ts';
import { revertMacro } from '../macros/perform.ts';
import { troubleIsOver } from '../notifications/notify.ts';
import type { StateBefore } from './held.ts';
import { deleteMessage, remainsOf, stateBefore } from './held-store.ts';
import { findMessage } from './list.ts';
import type { Message } from './types.ts';

/** Where its text is now: in the draft of this conversation, of the one that it was forwarded from, or of a new message (null) when the conversation began with it, or he may not answer in that one. */
export interface Withdrawn {
  readonly conversationId: ConversationId | null;
}

/**
 * Takes a message of ours back before anybody tried to send it: it leaves the conversation, which is as it was before, and its text,
 * recipients and attachments are `agentId`'s draft, above what he has written since. All of it or nothing; a worker that was faster wins.
 * Raises not_found, or message_not_withdrawable once one attempt was begun, and for what nobody wrote.
 */
export async function withdrawMessage(scope: Scope | WriteScope, id: MessageId, agentId: AgentId): Promise<Withdrawn> {
  return transact(scope, async (tx) => {
    const message = await findMessage(tx, id);
    const holder = await lockedHolder(tx, id);
    const deliveries = await lockedDeliveries(tx, id);
    if (message.automated || !isWithdrawable(deliveries))
      throw new ConflictError('message_not_withdrawable', 'This message is being sent or was sent', 'Reload to see its state.');
    const forward = message.kind === 'message' ? await forwardOf(tx, id) : null;
    const macro = await revertMacro(tx, agentId, holder.id, id);
    const before = macro ? await lockedHolder(tx, id) : holder;
    const counters: CounterChanges = new Map();
    for (const { status } of deliveries) deliveryDifference(status, null, counters);
    const stopped = deliveries.filter(({ status }) => isFailed(status)).length;
    if (stopped > 0 && stopped === before.failedDeliveries) await troubleIsOver(tx, before.id);
    const patch = {
      ...(await patchAfter(tx, before, message, () => deleteMessage(tx, id))),
      ...(stopped === 0 ? {} : { failedDeliveries: before.failedDeliveries - stopped }),
    };
    tx.emit({ type: 'message.withdrawn', data: { conversationId: before.id, messageId: id } });
    const isGone = message.kind === 'message' && (await removeIfEmpty(tx, before, counters));
    if (!isGone) await changeConversation(tx, before, patch, counters);
    const origin = forward?.conversationId ? await answerable(tx, agentId, await leadsTo(tx, forward.conversationId)) : null;
    const conversationId = isGone ? origin : before.id;
    await restoreDraft(tx, agentId, conversationId, message, { macro, forward: isGone && origin ? forward : null });
    return { conversationId };
  });
}

/** The conversation, unless the agent may not answer in it: his draft would be where he does not find it. */
async function answerable(tx: WriteScope, agentId: AgentId, id: ConversationId): Promise<ConversationId | null> {
  const own: WriteScope = { ...tx, actor: { kind: 'agent', id: agentId } };
  return (await allowedAmong(own, 'conversation:reply', [id])).has(id) ? id : null;
}

/** What the conversation is like without the message. Whatever happened since the message was written stays. */
async function patchAfter(tx: WriteScope, now: Conversation, { id }: Message, remove: () => Promise<void>): Promise<ConversationPatch> {
  const then = await stateBefore(tx, id);
  await remove();
  const remains = await remainsOf(tx, now.id);
  // In the trash and in spam nobody waits, and nothing is open.
  const isAway = now.spam !== null || now.trashedAt !== null;
  const waitingSince = isAway ? now.waitingSince : earlier(then?.waitingSince ?? null, now.waitingSince);
  const closedByIt = !isAway && now.status === 'closed' && then !== null && then.status !== 'closed';
  if (closedByIt) tx.emit({ type: 'conversation.unclosed', data: { conversationId: now.id } });
  return {
    messageCount: now.messageCount - 1,
    lastMessageId: remains.lastMessageId,
    snippet: snippet(remains.text ?? ''),
    lastMessageAt: remains.lastMessageAt ?? now.createdAt,
    hasAttachments: remains.hasAttachments,
    waitingSince,
    ...(closedByIt ? await reopening(tx, now.id, then) : {}),
  };
}

/** Put off again, it wakes again. */
async function reopening(
  tx: WriteScope,
  id: ConversationId,
  { status, closedAt, snoozedUntil, snoozedBy }: StateBefore,
): Promise<ConversationPatch> {
  await wakeLater(tx, id, snoozedUntil);
  return { status, closedAt, snoozedUntil, snoozedBy };
}

const earlier = (a: Date | null, b: Date | null): Date | null => (a && b ? (a < b ? a : b) : (a ?? b));
