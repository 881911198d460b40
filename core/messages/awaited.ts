import type { Scope, WriteScope } from '../db/scope.ts';
import type { ConversationId, InboxId, MessageId } from '../lib/ids.ts';
import { awaitMessages, awaitNoMore, conversationAwaiting, waitingByTime } from './awaited-store.ts';

/** A conversation in which a message refers to this one, which had not come yet; null = none. */
export const awaitedIn = (scope: Scope, inboxId: InboxId, externalId: string | null): Promise<ConversationId | null> =>
  externalId === null ? Promise.resolve(null) : conversationAwaiting(scope, inboxId, externalId);

/** A fetched message is here, which others may have waited for, and waits for those that it refers to. */
export async function settleAwaited(
  tx: WriteScope,
  inboxId: InboxId,
  messageId: MessageId,
  { externalId, references }: { readonly externalId: string | null; readonly references: readonly string[] },
  isAwaited: boolean,
): Promise<void> {
  if (isAwaited && externalId !== null) await awaitNoMore(tx, inboxId, externalId);
  await awaitMessages(tx, inboxId, messageId, references);
}

/** Since when the contact waits, by the time of the messages. */
export const waitsSince = (scope: Scope, id: ConversationId): Promise<Date | null> => waitingByTime(scope, id);
