import type { Conversation } from '../conversations/types.ts';
import type { WriteScope } from '../db/scope.ts';
import { cancelDelivery } from '../deliveries/cancel.ts';
import { isWithdrawable, lockedDeliveries } from '../deliveries/untouched.ts';
import { ConflictError } from '../lib/errors.ts';
import { findMessage } from '../messages/list.ts';
import { withdrawMessage } from '../messages/withdraw.ts';
import { notifyOfStopped } from '../notifications/notify.ts';
import { receiversOf } from '../notifications/receivers.ts';
import { messagesOnTheirWay } from './store.ts';

/** From where nothing leaves, and what is told of what was to. */
const TOLD = { trash: 'schedule_trashed', spam: 'schedule_spam' } as const;

/**
 * Nothing leaves from the trash, or to whoever sent spam: what an agent scheduled, or sent a moment ago, goes back into his draft and he is told; what
 * is sent by itself is cancelled. An answer that was tried already and is still on its way raises conversation_sending for the trash, and goes on from
 * spam; so does what a conversation consists of alone. Answers how many came back.
 */
export async function holdBack(
  tx: WriteScope,
  conversation: Pick<Conversation, 'id' | 'assigneeId' | 'teamId' | 'messageCount'>,
  from: keyof typeof TOLD,
): Promise<number> {
  const onTheirWay = await messagesOnTheirWay(tx, conversation.id);
  if (from === 'spam' && onTheirWay.length >= conversation.messageCount) return 0;
  let back = 0;
  for (const id of onTheirWay) {
    const { author, automated } = await findMessage(tx, id);
    const deliveries = await lockedDeliveries(tx, id);
    if (automated || !author) {
      for (const { id: delivery, status } of deliveries)
        if (status === 'queued' || status === 'deferred') await cancelDelivery(tx, delivery);
      continue;
    }
    if (!isWithdrawable(deliveries)) {
      if (from === 'spam') continue;
      const help = 'Cancel it in the queue, or wait until it has arrived.';
      throw new ConflictError('conversation_sending', 'An answer in this conversation is still being sent', help);
    }
    const [keeper] = await receiversOf(tx, conversation, author.id);
    await withdrawMessage(tx, id, keeper?.agentId ?? author.id);
    // Whoever deletes it himself is told where he does it.
    const knows = from === 'trash' && tx.actor.kind === 'agent' && tx.actor.id === keeper?.agentId;
    if (keeper && !knows) await notifyOfStopped(tx, keeper, conversation.id, TOLD[from]);
    back += 1;
  }
  return back;
}
