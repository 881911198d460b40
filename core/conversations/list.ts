import type { Scope } from '../db/scope.ts';
import { type FileHit, filesWith } from '../file-texts/hits.ts';
import { sightOf } from '../folders/sight.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import { type ConversationId, parseId, type TeamId } from '../lib/ids.ts';
import { decodeCursor, encodeCursor, isCursorId, type Page } from '../lib/page.ts';
import { type Found, findMessages, MAX_HITS_NARROWED } from '../search/find.ts';
import type { Terms } from '../search/terms.ts';
import { teamsOf } from '../teams/list.ts';
import type { Condition } from './asked/condition.ts';
import { narrowedBy } from './asked/narrow.ts';
import { type Asked, readAsked, viewerOf } from './asked/read.ts';
import { leadsTo } from './evidence.ts';
import type { PageQuery } from './pages/store.ts';
import { findConversationById, findEndOfLookedAt, findRow, listRows } from './store.ts';
import type { Conversation, ConversationRow, ListFilters } from './types.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** A page, and whether older hits of a search were not looked at. */
export interface ConversationPage extends Page<ConversationRow> {
  readonly isCut?: boolean;
  /** Where words were found in a file: which. Absent = in none. */
  readonly files?: ReadonlyMap<ConversationId, FileHit>;
}

/**
 * One page of conversations the actor may see; two queries, one when `sight` is given, with `q` a few more. With conditions and no words a page may be short, or empty,
 * and `next` go on. Raises invalid for a cursor that is not of this list and for a value in `q` that is not understood.
 */
export async function listConversations(scope: Scope, filters: ListFilters = {}): Promise<ConversationPage> {
  const limit = Math.min(Math.max(filters.limit ?? DEFAULT_LIMIT, 1), MAX_LIMIT);
  const sort = filters.sort === 'waiting' && filters.status === 'open' && filters.labelId === undefined ? 'waiting' : 'newest';
  const sight = filters.sight === undefined ? await sightOf(scope) : filters.sight;
  const page = {
    ...(await baseOf(scope, filters)),
    sight,
    found: null,
    sort,
    after: readCursor(filters.cursor),
    limit: limit + 1,
  } as const;
  const q = filters.q?.trim();
  if (!q) return pageOf(await listRows(scope, viewerOf(scope), page), limit, sort);
  const asked = await readAsked(scope, q);
  return asked.terms ? listFound(scope, page, q, asked, asked.terms) : listMeeting(scope, page, asked.conditions);
}

/** What of the filters is the page itself. */
export const baseOf = async (scope: Scope, filters: ListFilters) => ({
  status: filters.status ?? null,
  inboxId: filters.inboxId ?? null,
  folderId: filters.folderId ?? null,
  assigneeId: filters.assigneeId ?? null,
  teamIds: filters.teamId === 'mine' ? await ownTeams(scope) : filters.teamId === undefined ? null : [filters.teamId],
  contactId: filters.contactId ?? null,
  labelId: filters.labelId ?? null,
  failed: filters.failed ?? false,
  unanswered: filters.unanswered ?? false,
});

async function ownTeams(scope: Scope): Promise<readonly TeamId[]> {
  const viewer = viewerOf(scope);
  return viewer === null ? [] : ((await teamsOf(scope, [viewer])).get(viewer) ?? []);
}

function pageOf(rows: readonly ConversationRow[], limit: number, sort: PageQuery['sort']): Page<ConversationRow> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? encodeCursor([sortKey(last, sort), last.id]) : null };
}

/** Conversations of the newest messages with the terms; of more of them when those are narrowed to less than a page. */
async function listFound(scope: Scope, page: PageQuery, q: string, { dates, conditions }: Asked, terms: Terms): Promise<ConversationPage> {
  const digits = parseId<'conversations'>(q.replace(/^#/, ''));
  const number = digits === null ? null : await leadsTo(scope, digits);
  const rowsOf = async ({ ids }: Found): Promise<readonly ConversationRow[]> => {
    if (ids.length === 0 && number === null) return [];
    return listRows(scope, viewerOf(scope), { ...page, also: conditions, found: { messageIds: ids, number } });
  };
  let found = await findMessages(scope, terms, dates);
  let rows = await rowsOf(found);
  const isNarrowed = conditions.length > 0 || terms.without.length > 0 || terms.phrases.length > 0 || isFiltered(page);
  if (rows.length < page.limit && found.isCut && isNarrowed) {
    found = await findMessages(scope, terms, dates, MAX_HITS_NARROWED);
    rows = await rowsOf(found);
  }
  const listed = pageOf(rows, page.limit - 1, page.sort);
  const withFiles = listed.items.filter(({ hasAttachments }) => hasAttachments).map(({ id }) => id);
  const files = await filesWith(scope, terms, found.ids, withFiles);
  return { ...listed, ...(found.isCut && listed.next === null ? { isCut: true } : {}), ...(files.size > 0 ? { files } : {}) };
}

const isFiltered = (page: PageQuery): boolean => {
  const { status, inboxId, folderId, assigneeId, contactId, labelId, failed, unanswered = false, sight, teamIds = null } = page;
  return (
    failed ||
    unanswered ||
    sight !== null ||
    [status, inboxId, folderId, assigneeId, contactId, labelId, teamIds].some((one) => one !== null)
  );
};

/** Conversations of a list that meet conditions; the list is read in the order of an index, some thousand rows a page. */
async function listMeeting(scope: Scope, page: PageQuery, conditions: readonly Condition[]): Promise<ConversationPage> {
  const narrowed = narrowedBy({ ...page, sort: 'newest' }, conditions);
  const rows = await listRows(scope, viewerOf(scope), narrowed);
  const listed = pageOf(rows, page.limit - 1, 'newest');
  if (listed.next !== null || narrowed.also.length === 0) return listed;
  const end = await findEndOfLookedAt(scope, narrowed);
  const since = conditions.find((one) => one.kind === 'written')?.after?.toISOString() ?? '';
  return end && end.at >= since ? { ...listed, next: encodeCursor([end.at, end.id]) } : listed;
}

/** One conversation as a list row or header shows it. Raises not_found. */
export async function findConversationRow(scope: Scope, id: ConversationId): Promise<ConversationRow> {
  const row = await findRow(scope, viewerOf(scope), id);
  if (!row) throw new NotFoundError('Conversation');
  return row;
}

/** The bare conversation, whoever asks, or null. */
export const findConversation = (scope: Scope, id: ConversationId): Promise<Conversation | null> => findConversationById(scope, id);

const sortKey = (row: ConversationRow, sort: PageQuery['sort']): string =>
  sort === 'waiting' ? (row.waitingSince?.toISOString() ?? '9') : row.lastMessageAt.toISOString();

function readCursor(cursor: string | undefined): PageQuery['after'] {
  if (cursor === undefined) return null;
  const [at, id] = decodeCursor(cursor, 2) ?? [];
  if (typeof at !== 'string' || at.length > 40 || at.includes('\0') || !isCursorId(id))
    throw new InvalidError({ cursor: 'conversations.list.cursor' });
  return { at, id };
}
