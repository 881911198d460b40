import type { Scope } from '../db/scope.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';
import type { BareMessage } from './row.ts';
import { findFirstOf, findMessageById } from './store.ts';

/** What a conversation began with; null for an empty one. */
export const firstMessage = (scope: Scope, id: ConversationId): Promise<BareMessage | null> => findFirstOf(scope, id);

/** A message without what hangs on it; null = there is none. */
export const findBareMessage = (scope: Scope, id: MessageId): Promise<BareMessage | null> => findMessageById(scope, id);
