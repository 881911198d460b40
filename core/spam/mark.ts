import { expectPresent, lockedConversation } from '../conversations/change.ts';
import { hideAsSpam, showAgain } from '../conversations/spam.ts';
import type { Conversation } from '../conversations/types.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { SpamReason } from '../ingest/disposition.ts';
import { enqueue } from '../jobs/store.ts';
import type { ConversationId } from '../lib/ids.ts';
import { waitsSince } from '../messages/awaited.ts';
import { holdBack } from '../trash/hold-back.ts';
import { leaveUnscored, rawInboundOf, settleRawOf } from './store.ts';

export const LEARN_JOB = 'spam_learn';
/** The newest messages are example enough. */
const MAX_EXAMPLES = 20;

/** An agent says that a conversation is spam, or is not: it moves, nothing is sent to it any more, the ledger follows, and the filters learn: they are not asked any more about what they have not scored yet. Saying it twice changes nothing. Raises not_found, conversation_in_trash. */
export async function markSpam(scope: Scope | WriteScope, id: ConversationId, isSpam: boolean): Promise<Conversation> {
  return transact(scope, async (tx) => {
    const before = await lockedConversation(tx, id);
    if ((before.spam !== null) === isSpam) return before;
    if (before.trashedAt) expectPresent(before);
    const after = isSpam ? await moveToSpam(tx, await stopSending(tx, before), 'agent', null) : await moveBack(tx, before);
    await leaveUnscored(tx, id);
    const examples = await rawInboundOf(tx, id, MAX_EXAMPLES);
    if (examples.length > 0)
      await enqueue(
        tx,
        examples.map((rawInboundId) => ({ kind: LEARN_JOB, data: { rawInboundId, conversationId: id } })),
      );
    return after;
  });
}

/** The locked conversation once nothing of ours is on its way to whoever sent it. */
export async function stopSending(tx: WriteScope, before: Conversation): Promise<Conversation> {
  return (await holdBack(tx, before, 'spam')) > 0 ? lockedConversation(tx, before.id) : before;
}

/** Moves a locked conversation into spam together with what it was made from. */
export async function moveToSpam(tx: WriteScope, before: Conversation, reason: SpamReason, score: number | null): Promise<Conversation> {
  await settleRawOf(tx, before.id, 'spam', reason);
  return hideAsSpam(tx, before, { reason, score });
}

/** Moves a locked conversation out of spam, together with what it was made from; whoever had no answer waits, since he wrote. */
export async function moveBack(tx: WriteScope, before: Conversation): Promise<Conversation> {
  await settleRawOf(tx, before.id, 'received', null);
  return showAgain(tx, before, before.ignored ? null : await waitsSince(tx, before.id));
}
