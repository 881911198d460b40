import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { enqueue } from '../jobs/store.ts';
import type { JobHandler } from '../jobs/worker.ts';
import { InvalidError } from '../lib/errors.ts';
import type { ConversationId } from '../lib/ids.ts';
import { momentProblem } from '../lib/moment.ts';
import { notifyOfWaking } from '../notifications/notify-talk.ts';
import { changeConversation, expectPresent, lockedConversation, lockedExact, reopened } from './change.ts';
import type { Conversation } from './types.ts';

export const WAKE_JOB = 'conversation_wake';

/**
 * Puts a conversation off: it leaves the open ones until that moment, or until the contact writes; null = only until he writes.
 * Raises not_found, conversation_is_spam, conversation_in_trash, or invalid for a moment that is over or more than a year away.
 */
export async function snoozeConversation(scope: Scope | WriteScope, id: ConversationId, until: Date | null): Promise<Conversation> {
  return transact(scope, async (tx) => {
    if (until) checkUntil(until, tx.now());
    const conversation = await lockedConversation(tx, id);
    expectPresent(conversation);
    await wakeLater(tx, id, until);
    tx.emit({ type: 'conversation.snoozed', data: { conversationId: id } });
    const snoozedBy = tx.actor.kind === 'agent' ? tx.actor.id : null;
    return changeConversation(tx, conversation, { status: 'snoozed', snoozedUntil: until, snoozedBy, closedAt: null });
  });
}

/** For whoever puts a conversation off, or back to where it was put off: that moment may have passed meanwhile. Null = there is none. */
export async function wakeLater(tx: WriteScope, id: ConversationId, until: Date | null): Promise<void> {
  if (until) await enqueue(tx, [{ kind: WAKE_JOB, data: { conversationId: id, until: until.toISOString() }, runAt: until }]);
}

function checkUntil(until: Date, now: Date): void {
  const problem = momentProblem(until, now);
  if (problem) throw new InvalidError({ snoozedUntil: `conversations.snooze.${problem}` });
}

/** The moment has come: opens it and tells whose it is, unless it was opened or put off to another moment meanwhile. */
export async function wakeConversation(scope: Scope | WriteScope, id: ConversationId, until: string): Promise<void> {
  await transact(scope, async (tx) => {
    const conversation = await lockedExact(tx, id);
    if (conversation.status !== 'snoozed' || conversation.snoozedUntil?.toISOString() !== until) return;
    tx.emit({ type: 'conversation.woken', data: { conversationId: id } });
    await notifyOfWaking(tx, conversation);
    await changeConversation(tx, conversation, reopened(conversation));
  });
}

export const wakeHandler: JobHandler = (scope, { data }) =>
  wakeConversation(scope, Number(data['conversationId']) as ConversationId, String(data['until']));
