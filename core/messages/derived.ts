import type { Conversation, ConversationPatch } from '../conversations/types.ts';
import type { Scope } from '../db/scope.ts';
import { isFailed } from '../deliveries/types.ts';
import type { ConversationId } from '../lib/ids.ts';
import { snippet } from '../lib/text.ts';
import { countsOf, remainsOf, waitingOf } from './held-store.ts';

/** What a list said of a conversation while a certain message was its newest. */
export type Said = Pick<Conversation, 'lastMessageId' | 'snippet'>;

/**
 * What of a conversation follows from the messages that are in it now. `said` are former states: where the newest message is that of one
 * of them, lists say again what they said then. `elsewhere` are those of another conversation, whose words stay there when only a note came.
 */
export async function derivedOf(
  scope: Scope,
  now: Conversation,
  said: readonly Said[],
  elsewhere: readonly Said[] = [],
): Promise<ConversationPatch> {
  const remains = await remainsOf(scope, now.id);
  // Where nothing was news, as in what an account brought of before, nothing becomes it by being moved.
  const isNews = [...said, ...elsewhere].some(({ lastMessageId }) => lastMessageId !== null);
  const { messages, deliveries } = await countsOf(scope, now.id);
  const known = [...said, ...(remains.isNote ? [] : elsewhere)].find(
    (one) => one.lastMessageId === remains.lastMessageId && one.snippet !== '',
  );
  return {
    messageCount: messages,
    failedDeliveries: deliveries.reduce((sum, { status, count }) => sum + (isFailed(status) ? count : 0), 0),
    lastMessageId: isNews ? remains.lastMessageId : null,
    snippet: known?.snippet ?? snippet(remains.text ?? ''),
    lastMessageAt: remains.lastMessageAt ?? now.createdAt,
    hasAttachments: remains.hasAttachments,
  };
}

/** Since when somebody waits, as far as messages newer than `after` tell: from the first of a person after our last answer. */
export const waitingSinceOf = (scope: Scope, id: ConversationId, after = 0): Promise<Date | null> => waitingOf(scope, id, after);
