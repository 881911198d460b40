import { findConversation } from '../conversations/list.ts';
import { type Scope, transact } from '../db/scope.ts';
import type { DomainEvent } from '../events/catalogue.ts';
import type { Subscriber } from '../events/dispatcher.ts';
import type { Job } from '../jobs/store.ts';
import type { JobHandler } from '../jobs/worker.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';
import { findMessage } from '../messages/list.ts';
import { afterRules } from '../rules/after.ts';
import { isAskedFor } from './choices.ts';
import { notifyOfMessage } from './notify-talk.ts';
import { isTold } from './store.ts';

export const UNASSIGNED_JOB = 'notification_unassigned';

/** Whether anybody wants to hear of mail that nobody looks after: in memory, so that receiving mail asks nothing for it. */
export interface UnassignedSwitch {
  readonly isOn: () => boolean;
  /** Reads again when one of the events changes what is known. */
  follow(events: readonly DomainEvent[]): Promise<void>;
}

export async function openUnassignedSwitch(scope: Scope): Promise<UnassignedSwitch> {
  let isOn = await isAskedFor(scope, 'unassigned_message');
  return {
    isOn: () => isOn,
    follow: async (events) => {
      if (events.some(({ type }) => type === 'notifications.chosen')) isOn = await isAskedFor(scope, 'unassigned_message');
    },
  };
}

/** A job for each message that came in, while anybody asked for it; `isOn` tells. */
export const notifyUnassigned =
  (isOn: () => boolean): Subscriber =>
  (event) =>
    event.type === 'message.received' && isOn() ? [{ kind: UNASSIGNED_JOB, data: { ...event.data } }] : [];

const messageOf = ({ data }: Job) => Number(data['messageId']) as MessageId;

export const unassignedHandler: JobHandler = afterRules(
  async (_scope, job) => messageOf(job),
  (scope, job) => notifyOfUnassigned(scope, Number(job.data['conversationId']) as ConversationId, messageOf(job)),
);

/** Tells of a message of a person that waits and is nobody's; doing it twice tells once. */
export async function notifyOfUnassigned(scope: Scope, id: ConversationId, messageId: MessageId): Promise<void> {
  await transact(scope, async (tx) => {
    const conversation = await findConversation(tx, id);
    if (!conversation || conversation.assigneeId !== null || conversation.spam || conversation.waitingSince === null) return;
    if (await isTold(tx, id, messageId)) return;
    const message = await findMessage(tx, messageId);
    if (!message.automated) await notifyOfMessage(tx, conversation, messageId, conversation.snippet);
  });
}
