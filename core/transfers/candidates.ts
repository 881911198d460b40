import { listConversations } from '../conversations/list.ts';
import type { ConversationRow } from '../conversations/types.ts';
import type { Scope } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import type { ContactId, ConversationId } from '../lib/ids.ts';

const SHOWN = 8;

export interface Wanted {
  /** Words or a number; empty = other conversations of `contactId`, the newest first. */
  readonly q: string;
  readonly contactId: ContactId | null;
  /** Not these. */
  readonly except: readonly ConversationId[];
  /** Only on channels that this one's answers reach: see `expectSameChannel`. */
  readonly isReachable: (row: ConversationRow) => boolean;
}

/** Conversations that messages can go to, at most eight. */
export async function candidatesFor(scope: Scope, { q, contactId, except, isReachable }: Wanted): Promise<readonly ConversationRow[]> {
  if (q === '' && contactId === null) return [];
  const limit = SHOWN + except.length;
  const filters = q === '' ? { contactId: contactId ?? undefined, limit } : { q, limit: limit + SHOWN };
  // A search that is not understood finds nothing.
  const page = await listConversations(scope, filters).catch((error: unknown) => {
    if (error instanceof InvalidError) return { items: [] };
    throw error;
  });
  return page.items
    .filter((row) => !except.includes(row.id) && row.spam === null && row.trashedAt === null && isReachable(row))
    .slice(0, SHOWN);
}
