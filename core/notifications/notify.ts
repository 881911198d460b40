import type { Conversation } from '../conversations/types.ts';
import type { WriteScope } from '../db/scope.ts';
import type { AgentId, ConversationId, MessageId } from '../lib/ids.ts';
import { findMessage } from '../messages/list.ts';
import { chosenFor } from './choices.ts';
import { eventOf } from './events.ts';
import { receiversOf } from './receivers.ts';
import { markOfConversation, type NewNotification, putNotifications } from './store.ts';
import { type Receiver, TROUBLE_KINDS, type Trouble } from './types.ts';

const MAX_ADDRESSES = 20;

/** Tells whoever has to know that answers did not arrive, or that nobody can tell. What was sent by itself has no author who waits for it. */
export async function notifyOfTrouble(
  tx: WriteScope,
  conversation: Pick<Conversation, 'id' | 'assigneeId' | 'teamId'>,
  troubles: readonly Trouble[],
): Promise<void> {
  const told = new Set<AgentId>();
  for (const [messageId, ofMessage] of Map.groupBy(troubles, (one) => one.messageId)) {
    const { author, automated } = await findMessage(tx, messageId);
    if (automated) continue;
    const receivers = await receiversOf(tx, conversation, author?.id ?? null);
    for (const [kind, ofKind] of Map.groupBy(ofMessage, (one) => one.kind)) {
      const addresses = ofKind.slice(0, MAX_ADDRESSES).map(({ address }) => address);
      const details = { addresses, reason: ofKind[0]?.reason ?? null };
      for (const id of await tell(tx, receivers, { kind, conversationId: conversation.id, messageId, details })) told.add(id);
    }
  }
  announce(tx, [...told]);
}

/** No delivery of the conversation needs a person any more: nobody has to be told of those that did. */
export async function troubleIsOver(tx: WriteScope, id: ConversationId): Promise<void> {
  announce(tx, await markOfConversation(tx, id, TROUBLE_KINDS));
}

/** A message with a file in which a virus was found, and where it stands. */
export interface InfectedMessage {
  readonly conversation: Pick<Conversation, 'id' | 'assigneeId' | 'teamId'>;
  readonly messageId: MessageId;
  readonly authorId: AgentId | null;
  readonly reason: string;
}

/**
 * A virus was found in a file of messages that were written here: the author of each hears of it, else whoever is nearest. Everybody once,
 * at the first of them.
 */
export async function notifyOfVirus(tx: WriteScope, messages: readonly InfectedMessage[]): Promise<void> {
  const told = new Map<AgentId, { readonly receiver: Receiver; readonly first: InfectedMessage; readonly inOthers: boolean }>();
  for (const one of messages)
    for (const receiver of await receiversOf(tx, one.conversation, one.authorId)) {
      const known = told.get(receiver.agentId);
      told.set(receiver.agentId, known ? { ...known, inOthers: true } : { receiver, first: one, inOthers: false });
    }
  const heard: AgentId[] = [];
  for (const { receiver, first, inOthers } of told.values()) {
    const about = { conversationId: first.conversation.id, messageId: first.messageId, details: { reason: first.reason, inOthers } };
    heard.push(...(await tell(tx, [receiver], { kind: 'virus_found', ...about })));
  }
  announce(tx, heard);
}

/** Tells one agent why his scheduled answer did not leave, which is his draft now: the contact wrote first, or somebody deleted the conversation or said that it is spam. */
export async function notifyOfStopped(
  tx: WriteScope,
  receiver: Receiver,
  conversationId: ConversationId,
  kind: 'schedule_stopped' | 'schedule_trashed' | 'schedule_spam' = 'schedule_stopped',
): Promise<void> {
  announce(tx, await tell(tx, [receiver], { kind, conversationId, messageId: null, details: {} }));
}

/** Writes it for those of the receivers who want to be told of such things; answers who they are, for one `announce`. */
export async function tell(tx: WriteScope, receivers: readonly Receiver[], made: NewNotification): Promise<readonly AgentId[]> {
  const wanted = await chosenFor(
    tx,
    eventOf(made.kind),
    receivers.map(({ agentId }) => agentId),
  );
  const listeners = receivers.flatMap((one) => {
    const chosen = wanted.get(one.agentId);
    return chosen ? [{ ...one, chosen }] : [];
  });
  await putNotifications(tx, listeners, made);
  return listeners.map(({ agentId }) => agentId);
}

/** Their browsers are told that something changed. */
export function announce(tx: WriteScope, agentIds: readonly AgentId[]): void {
  if (agentIds.length > 0) tx.emit({ type: 'notifications.changed', data: { agentIds } });
}
