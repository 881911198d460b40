import type { Scope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import type { BareMessage } from './row.ts';
import { findFirstOf } from './store.ts';

/** What a conversation began with; null for an empty one. */
export const firstMessage = (scope: Scope, id: ConversationId): Promise<BareMessage | null> => findFirstOf(scope, id);
