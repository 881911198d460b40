import type { Scope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import { findTitles } from './store.ts';

/** What a person recognises a conversation by. */
export interface ConversationTitle {
  readonly subject: string;
  /** Name of the contact, else his address. */
  readonly contact: string;
}

/** Of those of the conversations that the actor may see; one query, none for no ids. */
export const visibleTitles = (scope: Scope, ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, ConversationTitle>> =>
  findTitles(scope, [...new Set(ids)]);
