import { visibleTitles } from '../conversations/titles.ts';
import type { Scope } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import type { AgentId } from '../lib/ids.ts';
import { decodeCursor, encodeCursor, isCursorId, type Page } from '../lib/page.ts';
import { listOf, type NotificationPageQuery, unreadConversations } from './store.ts';
import type { ShownNotification } from './types.ts';

/** Where counting stops: more than that is shown as "99+". */
export const MOST_COUNTED = 100;

export interface NotificationFilters {
  readonly unreadOnly?: boolean | undefined;
  readonly cursor?: string | undefined;
  /** 1 to 200; default 50. */
  readonly limit?: number | undefined;
}

/** His own, newest first, of conversations that the actor may see now; two queries. Raises invalid for a cursor that is not of this list. */
export async function listNotifications(
  scope: Scope,
  agentId: AgentId,
  { unreadOnly = false, cursor, limit = 50 }: NotificationFilters = {},
): Promise<Page<ShownNotification>> {
  const rows = await listOf(scope, agentId, { unreadOnly, after: readCursor(cursor), limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const titles = await visibleTitles(
    scope,
    page.map(({ conversationId }) => conversationId),
  );
  const items = page.flatMap((one) => {
    const title = titles.get(one.conversationId);
    return title ? [{ ...one, ...title }] : [];
  });
  return { items, next: rows.length > limit && last ? encodeCursor([last.createdAt.toISOString(), last.id]) : null };
}

/** How many he has not read, of conversations that the actor may see now, counted to MOST_COUNTED. */
export async function countUnread(scope: Scope, agentId: AgentId): Promise<number> {
  const ids = await unreadConversations(scope, agentId, MOST_COUNTED);
  if (ids.length === 0) return 0;
  const titles = await visibleTitles(scope, ids);
  return ids.filter((id) => titles.has(id)).length;
}

function readCursor(cursor: string | undefined): NotificationPageQuery['after'] {
  if (cursor === undefined) return null;
  const [at, id] = decodeCursor(cursor, 2) ?? [];
  if (typeof at !== 'string' || at.length > 40 || !isCursorId(id)) throw new InvalidError({ cursor: 'notifications.cursor' });
  return { at, id };
}
