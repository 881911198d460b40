import type { Scope } from '../db/scope.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import { type AgentId, type ConversationId, parseId } from '../lib/ids.ts';
import { decodeCursor, encodeCursor, isCursorId, type Page } from '../lib/page.ts';
import { messagesWithWords } from '../search/find.ts';
import { leadsTo } from './evidence.ts';
import type { PageQuery } from './pages/store.ts';
import { findConversationById, findRow, listRows } from './store.ts';
import type { Conversation, ConversationRow, ListFilters } from './types.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** One page of conversations the actor may see; one query, with `q` up to three. Raises invalid for a cursor that is not of this list. */
export async function listConversations(scope: Scope, filters: ListFilters = {}): Promise<Page<ConversationRow>> {
  const limit = Math.min(Math.max(filters.limit ?? DEFAULT_LIMIT, 1), MAX_LIMIT);
  const sort = filters.sort === 'waiting' && filters.status === 'open' && filters.labelId === undefined ? 'waiting' : 'newest';
  const found = await search(scope, filters.q);
  if (found && found.messageIds.length === 0 && found.number === null) return { items: [], next: null };
  const rows = await listRows(scope, viewerOf(scope), {
    status: filters.status ?? null,
    inboxId: filters.inboxId ?? null,
    assigneeId: filters.assigneeId ?? null,
    contactId: filters.contactId ?? null,
    labelId: filters.labelId ?? null,
    failed: filters.failed ?? false,
    found,
    sort,
    after: readCursor(filters.cursor),
    limit: limit + 1,
  });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? encodeCursor([sortKey(last, sort), last.id]) : null };
}

/** One conversation as a list row or header shows it. Raises not_found. */
export async function findConversationRow(scope: Scope, id: ConversationId): Promise<ConversationRow> {
  const row = await findRow(scope, viewerOf(scope), id);
  if (!row) throw new NotFoundError('Conversation');
  return row;
}

/** The bare conversation, or null. */
export const findConversation = (scope: Scope, id: ConversationId): Promise<Conversation | null> => findConversationById(scope, id);

/** The agent who looks; null for the machine itself. */
const viewerOf = (scope: Scope): AgentId | null => (scope.actor.kind === 'agent' ? scope.actor.id : null);

async function search(scope: Scope, q: string | undefined): Promise<PageQuery['found']> {
  const words = q?.trim();
  if (!words) return null;
  const number = parseId<'conversations'>(words.replace(/^#/, ''));
  return { messageIds: await messagesWithWords(scope, words), number: number === null ? null : await leadsTo(scope, number) };
}

const sortKey = (row: ConversationRow, sort: PageQuery['sort']): string =>
  sort === 'waiting' ? (row.waitingSince?.toISOString() ?? '9') : row.lastMessageAt.toISOString();

function readCursor(cursor: string | undefined): PageQuery['after'] {
  if (cursor === undefined) return null;
  const [at, id] = decodeCursor(cursor, 2) ?? [];
  if (typeof at !== 'string' || at.length > 40 || at.includes('\0') || !isCursorId(id))
    throw new InvalidError({ cursor: 'conversations.list.cursor' });
  return { at, id };
}
