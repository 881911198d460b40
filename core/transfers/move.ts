import { lockedHolder, lockedPair } from '../conversations/change.ts';
import type { Conversation, ConversationPatch } from '../conversations/types.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { expectSameOwner } from '../folders/personal.ts';
import { ConflictError } from '../lib/errors.ts';
import type { ConversationId, MessageId, TransferId } from '../lib/ids.ts';
import { derivedOf, waitingSinceOf } from '../messages/derived.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { allowBoth, earlier, expectSameChannel, mergeOne } from './merge.ts';
import { shift } from './shift.ts';
import { isRemainder } from './store.ts';
import type { Extent } from './types.ts';

/**
 * Moves a message, or it and all after it, into another conversation; answers to it follow. When it still waited for an answer the other
 * conversation waits, and opens. When no message would stay, the two are merged. Raises not_found, conversation_is_spam, channels_differ, personal_apart, already_together.
 */
export async function moveMessages(
  scope: Scope | WriteScope,
  endpoints: Endpoints,
  messageId: MessageId,
  extent: Extent,
  target: ConversationId,
): Promise<TransferId> {
  return transact(scope, async (tx) => {
    const { id: source } = await lockedHolder(tx, messageId);
    const [from, to] = await lockedPair(tx, source, target);
    await allowBoth(tx, from, to);
    if (from.id === to.id) throw new ConflictError('already_together', 'The message is there already', 'Choose another conversation.');
    if (!(await isRemainder(tx, from.id, { first: messageId, extent }))) return mergeOne(tx, endpoints, from.id, to.id);
    expectSameChannel(endpoints, from, to);
    await expectSameOwner(tx, from.folderId, to.folderId);
    const some = { first: messageId, extent };
    const transferId = await shift(tx, endpoints, { kind: 'move', from, to, some }, async (unanswered) => {
      const waits = from.waitingSince === null ? null : unanswered;
      const isReopened = waits !== null && to.status !== 'open';
      return {
        from: await leftBehind(tx, from),
        to: {
          ...(await derivedOf(tx, to, [to], [from])),
          ...(waits === null ? {} : { waitingSince: earlier(waits, to.waitingSince) }),
          ...(isReopened ? { status: 'open', closedAt: null } : {}),
        },
        drafts: [],
      };
    });
    tx.emit({ type: 'message.moved', data: { conversationId: to.id, otherId: from.id, transferId } });
    return transferId;
  });
}

/** What a conversation is like without the messages that went. */
export async function leftBehind(tx: WriteScope, from: Conversation): Promise<ConversationPatch> {
  const waits = from.waitingSince === null ? {} : { waitingSince: await waitingSinceOf(tx, from.id) };
  return { ...(await derivedOf(tx, from, [from])), ...waits };
}
