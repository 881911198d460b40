import type { ConversationId, MessageId } from './ids.ts';

/** Where a message stands in its conversation, which is shown from there on, however many are newer. */
export const messageHref = (conversationId: ConversationId, messageId: MessageId): string =>
  `/conversations/${conversationId}?from=${messageId}#message-${messageId}`;
