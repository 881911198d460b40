import type { WriteScope } from '../db/scope.ts';
import type { InboxId, MessageId } from '../lib/ids.ts';
import { findCopies, markCopied } from './copies-store.ts';

/** Marks a message and those with the same id that other inboxes received, if there are any. */
export async function linkCopies(
  tx: WriteScope,
  message: { readonly messageId: MessageId; readonly inboxId: InboxId; readonly externalId: string },
): Promise<void> {
  const copies = (await findCopies(tx, [message.externalId])).filter(({ inboxId }) => inboxId !== message.inboxId);
  if (copies.length > 0) await markCopied(tx, [message.messageId, ...copies.map(({ messageId }) => messageId)]);
}
