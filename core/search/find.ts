import type { Scope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import { conversationsWith } from './store.ts';
import { wordsOf } from './words.ts';

/** Older hits than this many messages are not looked at, so that a common word costs as much in a large archive as in a small one. */
export const MAX_HITS = 500;
const MAX_WORDS = 12;

/** Conversations in which one message holds every word of `q`; the last word may be unfinished. None for a text without words. */
export async function conversationsWithWords(scope: Scope, q: string): Promise<readonly ConversationId[]> {
  const words = wordsOf(q.slice(0, 400)).slice(0, MAX_WORDS);
  return words.length === 0 ? [] : conversationsWith(scope, words, MAX_HITS);
}
