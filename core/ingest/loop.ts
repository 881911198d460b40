import { identityOf } from '../contacts/address.ts';
import { changeConversation, lockedHolder } from '../conversations/change.ts';
import type { WriteScope } from '../db/scope.ts';
import type { InboxId, MessageId } from '../lib/ids.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { messagesWithIds } from '../messages/match.ts';
import type { InterpretedMessage } from './types.ts';

/**
 * Which of our messages comes back in a mail from one of our addresses and with an id that we gave to a message of this very inbox; null = none.
 * That is a loop, not news: it is noted on the conversation, once, but not when it was fetched from an account.
 */
export async function ownComingBack(
  tx: WriteScope,
  endpoints: Pick<Endpoints, 'isOurs'>,
  inboxId: InboxId,
  item: Pick<InterpretedMessage, 'externalId' | 'from' | 'arrivedAt'>,
): Promise<MessageId | null> {
  if (item.externalId === null || !endpoints.isOurs(identityOf('email', item.from.address).address)) return null;
  const ours = (await messagesWithIds(tx, inboxId, [item.externalId])).find((one) => one.direction === 'outbound');
  if (!ours) return null;
  // Our copy in the account's folder of sent mail, or in its inbox because we wrote to ourselves: no mail goes round.
  if (item.arrivedAt) return ours.messageId;
  const conversation = await lockedHolder(tx, ours.messageId);
  if (conversation.loopedAt === null) {
    await changeConversation(tx, conversation, { loopedAt: tx.now() });
    tx.emit({ type: 'conversation.looped', data: { conversationId: conversation.id } });
  }
  return ours.messageId;
}
