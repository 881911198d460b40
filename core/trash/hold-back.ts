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

/**
 * Nothing leaves from the trash: what an agent scheduled, or sent a moment ago, goes back into his draft and he is told; what is sent by
 * itself is cancelled. Raises conversation_sending where an answer was tried already and is still on its way. Answers how many came back.
 */
export async function holdBack(tx: WriteScope, conversation: Pick<Conversation, 'id' | 'assigneeId' | 'teamId'>): Promise<number> {
  let back = 0;
  for (const id of await messagesOnTheirWay(tx, conversation.id)) {
    const { author, automated } = await findMessage(tx, id);
    const deliveries = await lockedDeliveries(tx, id);
    if (automated || !author) {
      for (const { id: delivery, status } of deliveries)
        if (status === 'queued' || status === 'deferred') await cancelDelivery(tx, delivery);
      continue;
    }
    if (!isWithdrawable(deliveries)) {
      const help = 'Cancel it in the queue, or wait until it has arrived.';
      throw new ConflictError('conversation_sending', 'An answer in this conversation is still being sent', help);
    }
    const [keeper] = await receiversOf(tx, conversation, author.id);
    await withdrawMessage(tx, id, keeper?.agentId ?? author.id);
    if (keeper && !(tx.actor.kind === 'agent' && tx.actor.id === keeper.agentId))
      await notifyOfStopped(tx, keeper, conversation.id, 'schedule_trashed');
    back += 1;
  }
  return back;
}
