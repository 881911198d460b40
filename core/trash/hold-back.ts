import type { Conversation } from '../conversations/types.ts';
import type { WriteScope } from '../db/scope.ts';
import { cancelDelivery } from '../deliveries/cancel.ts';
import type { Delivery } from '../deliveries/types.ts';
import { isWithdrawable, lockedDeliveries } from '../deliveries/untouched.ts';
import { ConflictError } from '../lib/errors.ts';
import type { AgentId, MessageId } from '../lib/ids.ts';
import { findMessage } from '../messages/list.ts';
import { withdrawMessage } from '../messages/withdraw.ts';
import { notifyOfStopped } from '../notifications/notify.ts';
import { receiversOf } from '../notifications/receivers.ts';
import type { Receiver } from '../notifications/types.ts';
import { messagesOnTheirWay } from './store.ts';

/** From where nothing leaves, and what is told of what was to. */
const TOLD = { trash: 'schedule_trashed', spam: 'schedule_spam' } as const;

interface Waiting {
  readonly id: MessageId;
  readonly deliveries: readonly Delivery[];
  /** Whose draft it becomes; null = nobody wrote it. */
  readonly author: AgentId | null;
  readonly keeper: Receiver | null;
}

/**
 * Nothing leaves from the trash, or to whoever sent spam: what an agent scheduled, or sent a moment ago, goes back into his draft and he is told; what
 * is sent by itself is cancelled. An answer that was tried already and is still on its way raises conversation_sending for the trash before anything
 * is done, and goes on from spam. So does what a conversation consists of alone: only for its author it goes with the conversation, since there would be
 * nothing left by which anybody else could tell him. Answers how many came back.
 */
export async function holdBack(
  tx: WriteScope,
  conversation: Pick<Conversation, 'id' | 'assigneeId' | 'teamId' | 'messageCount'>,
  from: keyof typeof TOLD,
): Promise<number> {
  const onTheirWay = await messagesOnTheirWay(tx, conversation.id);
  const isWhole = onTheirWay.length >= conversation.messageCount;
  if (from === 'spam' && isWhole) return 0;
  const all: Waiting[] = [];
  for (const id of onTheirWay) all.push(await waitingOf(tx, conversation, id));
  const isBy = ({ keeper }: Waiting): boolean => tx.actor.kind === 'agent' && tx.actor.id === keeper?.agentId;
  const stays = (one: Waiting): boolean => one.author !== null && (!isWithdrawable(one.deliveries) || (isWhole && !isBy(one)));
  if (from === 'trash' && all.some(stays)) {
    const help = 'Cancel it in the queue, or wait until it has arrived.';
    throw new ConflictError('conversation_sending', 'An answer in this conversation is still being sent', help);
  }
  let back = 0;
  for (const one of all) {
    const { id, author, keeper, deliveries } = one;
    if (author === null) {
      for (const { id: delivery, status } of deliveries)
        if (status === 'queued' || status === 'deferred') await cancelDelivery(tx, delivery);
      continue;
    }
    if (!isWithdrawable(deliveries)) continue;
    await withdrawMessage(tx, id, keeper?.agentId ?? author);
    // Whoever deletes it himself is told where he does it.
    const knows = from === 'trash' && isBy(one);
    if (keeper && !knows) await notifyOfStopped(tx, keeper, conversation.id, TOLD[from]);
    back += 1;
  }
  return back;
}

async function waitingOf(tx: WriteScope, conversation: Parameters<typeof receiversOf>[1], id: MessageId): Promise<Waiting> {
  const { author, automated } = await findMessage(tx, id);
  const deliveries = await lockedDeliveries(tx, id);
  if (automated || !author) return { id, deliveries, author: null, keeper: null };
  const [keeper = null] = await receiversOf(tx, conversation, author.id);
  return { id, deliveries, author: author.id, keeper };
}
