import type { Scope } from '../db/scope.ts';
import type { ConversationId, InboxId, MessageId } from '../lib/ids.ts';
import { type Content, contentOf } from './content-store.ts';
import { distinctSubjects, findByExternalIds, type Matched } from './store.ts';

const MAX_IDS = 50;

/** Stored messages of the inbox with one of these ids, in the order of the ids; the first 50 ids are looked at. */
export async function messagesWithIds(scope: Scope, inboxId: InboxId, externalIds: readonly string[]): Promise<readonly Matched[]> {
  const ids = externalIds.slice(0, MAX_IDS);
  return ids.length === 0 ? [] : findByExternalIds(scope, inboxId, ids);
}

/** The subjects under which its messages were sent, at most fifty. */
export const subjectsOf = (scope: Scope, id: ConversationId): Promise<readonly string[]> => distinctSubjects(scope, id);

/** What these messages are, whatever way they came, to tell whether another one is the same. */
export const contentsOf = (scope: Scope, ids: readonly MessageId[]): Promise<readonly Content[]> => contentOf(scope, ids);

export type { Content };
