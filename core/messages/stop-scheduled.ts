import type { WriteScope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import { stoppedByAnswer } from './held-store.ts';
import { findMessage } from './list.ts';
import { withdrawMessage } from './withdraw.ts';

/** The contact wrote first: what agents had scheduled on that condition goes back into their drafts. One whose author is gone stays scheduled. */
export async function stopScheduled(tx: WriteScope, id: ConversationId): Promise<void> {
  for (const messageId of await stoppedByAnswer(tx, id)) {
    const { author } = await findMessage(tx, messageId);
    if (author) await withdrawMessage(tx, messageId, author.id);
  }
}
