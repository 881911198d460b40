import type { Knex } from 'knex';
import { isAnyOf } from '../../db/dialect.ts';
import { inFolders, sharedWith } from '../../db/visible.ts';
import type { Sight } from '../../folders/sight.ts';
import type { AgentId, ContactId, ConversationId, FolderId, InboxId, LabelId, MessageId, TeamId } from '../../lib/ids.ts';
import type { Condition } from '../asked/condition.ts';
import { type Listed, type Sort, STATUSES } from '../types.ts';
import { meeting } from './condition-store.ts';

/** A checked list request. `after` is the sort key of the last row seen, null for the first page. */
export interface PageQuery {
  readonly status: Listed | null;
  readonly inboxId: InboxId | null;
  readonly folderId: FolderId | null;
  readonly assigneeId: AgentId | 'unassigned' | null;
  /** Given to one of these; null = whoever has it. */
  readonly teamIds?: readonly TeamId[] | null;
  readonly contactId: ContactId | null;
  readonly labelId: LabelId | null;
  readonly failed: boolean;
  readonly unanswered?: boolean;
  /** Only conversations of these messages, some thousand at most, and the one with this number; null = no search. */
  readonly found: { readonly messageIds: readonly MessageId[]; readonly number: ConversationId | null } | null;
  /** What else they have to be. Without a search, of the next LOOKED_AT of the list only; `next` goes on behind those. */
  readonly also?: readonly Condition[];
  readonly sort: Sort;
  readonly after: { readonly at: string; readonly id: number } | null;
  readonly limit: number;
  /** Whose conversations may be in it; null = all. */
  readonly sight: Sight;
}

/** One ordered list that a page is put together from: a status, and a folder or what was shared, or a team; null = any folder. */
interface Part {
  readonly status: Listed;
  readonly folder: FolderId | 'shared' | null;
  readonly team?: TeamId | undefined;
}

/**
 * Ids of one page, each part read in the order of its own index: without a status the newest pages of each are merged, for an agent who
 * does not see every folder those of each folder. No list reads more than a page of each part, whatever its size. With `columns` those
 * instead of ids.
 */
export function pageOfIds(db: Knex, page: PageQuery, columns?: string): Knex.QueryBuilder {
  if (page.found !== null) return pageOfFound(db, page, page.found);
  if (page.also && page.also.length > 0) return pageOfLookedAt(db, page, page.also);
  const statuses = page.sort === 'waiting' ? (['open'] as const) : page.status ? [page.status] : STATUSES;
  const parts = statuses.flatMap((status) => foldersOf(page).flatMap((folder) => teamsOf(page).map((team) => ({ status, folder, team }))));
  const [first, ...others] = parts;
  if (!first)
    return db('conversations')
      .whereRaw('1 = 0')
      .select(columns ?? ['id', 'last_message_at']);
  if (others.length === 0) return pageOfPart(db, page, first, columns);
  const pages = parts.map((part) =>
    db.select('*').from(pageOfPart(db, page, part, columns).as(`page_${part.status}_${part.team ?? part.folder ?? 'any'}`)),
  );
  return db
    .select(columns ? '*' : ['id', 'last_message_at'])
    .from(db.queryBuilder().unionAll(pages).as('pages'))
    .orderBy(page.sort === 'waiting' ? LONGEST_WAITING : NEWEST)
    .limit(page.limit);
}

/** In more folders than this a page is read in the order of all of them: what he sees is then a good part of what there is. */
const MERGED_FOLDERS = 60;
/** The same for a page so large that it is looked through. */
const MERGED_FOLDERS_OF_LARGE = 12;
const LARGE = 201;

/** Each folder by itself where that is what bounds the list; [null] where another filter does, or one sees everything. */
function foldersOf(page: PageQuery): readonly Part['folder'][] {
  const { sight, folderId, teamIds = null } = page;
  if (folderId !== null) return sight === null || sight.folderIds.includes(folderId) ? [folderId] : [];
  const isNarrow =
    page.inboxId !== null ||
    page.assigneeId !== null ||
    teamIds !== null ||
    page.contactId !== null ||
    page.labelId !== null ||
    page.failed;
  if (sight === null || isNarrow) return [null];
  const most = page.limit > LARGE ? MERGED_FOLDERS_OF_LARGE : MERGED_FOLDERS;
  return sight.folderIds.length > most ? [null] : [...sight.folderIds, 'shared'];
}

/** Each team by itself; of more than so many, or beside another list, what was given to them is left out of the rest. */
const MERGED_TEAMS = 60;
function teamsOf({ teamIds = null, folderId, status }: PageQuery): readonly Part['team'][] {
  if (teamIds === null || isTeamLookedFor(teamIds) || folderId !== null) return [undefined];
  return status === null && teamIds.length > 1 ? [undefined] : teamIds;
}
const isTeamLookedFor = (teamIds: readonly TeamId[]): boolean => teamIds.length === 0 || teamIds.length > MERGED_TEAMS;

/** So many conversations of a list one page looks through for those that meet its conditions: fewer where a list of each folder is read. */
export const LOOKED_AT = 1_000;
const LOOKED_AT_OF_EACH = 500;
const lookedAtOf = ({ sight }: PageQuery): number => (sight === null ? LOOKED_AT : LOOKED_AT_OF_EACH);

const NEWEST = [
  { column: 'last_message_at', order: 'desc' },
  { column: 'id', order: 'desc' },
];

const LONGEST_WAITING = [{ column: 'last_message_at' }, { column: 'id' }];

/** Materialised first, so that no planner goes further through the list than that. */
function pageOfLookedAt(db: Knex, page: PageQuery, also: readonly Condition[]): Knex.QueryBuilder {
  const query = db.withMaterialized('looked_at', lookedAt(db, page, EVERY_COLUMN)).from('looked_at');
  return meeting(db, query, 'looked_at', also).select('id', 'last_message_at').orderBy(NEWEST).limit(page.limit);
}

/** Read along with the page: PostgreSQL would otherwise rather read the whole table for the few that meet a rare condition. */
const EVERY_COLUMN = 'conversations.*';

const lookedAt = (db: Knex, page: PageQuery, columns?: string): Knex.QueryBuilder =>
  pageOfIds(db, { ...page, also: [], sort: 'newest', limit: lookedAtOf(page) }, columns);

/** The last conversation that such a page looked at; none when the list ended before. */
export const endOfLookedAt = (db: Knex, page: PageQuery): Knex.QueryBuilder =>
  db
    .select('id', 'last_message_at')
    .from(lookedAt(db, page).as('looked_at'))
    .orderBy(NEWEST)
    .offset(lookedAtOf(page) - 1)
    .limit(1);

/** A page of the few hundred or thousand that a search found: materialised first, so that no planner walks an index to look for them. */
function pageOfFound(db: Knex, page: PageQuery, { messageIds, number }: NonNullable<PageQuery['found']>): Knex.QueryBuilder {
  const ids = db('messages')
    .select('conversation_id')
    .whereRaw(...isAnyOf(db, 'id', messageIds))
    .union(
      db('conversations')
        .select('id')
        .where({ id: number ?? 0 }),
    );
  const found = seenBy(db, db('conversations').whereIn('id', ids), page.sight);
  const query = db.withMaterialized('found', found).from('found');
  if (page.status === 'trash') query.whereRaw('trashed_at is not null');
  else query.whereRaw(`trashed_at is null and spam_at is ${page.status === 'spam' ? 'not null' : 'null'}`);
  if (page.sort === 'waiting') query.where({ status: 'open' });
  else if (page.status && page.status !== 'spam' && page.status !== 'trash') query.where({ status: page.status });
  if (page.labelId !== null) query.whereIn('id', db('conversation_labels').where({ label_id: page.labelId }).select('conversation_id'));
  if (page.folderId !== null) query.where({ folder_id: page.folderId });
  return narrowed(db, meeting(db, query, 'found', page.also ?? []), { ...page, labelId: null });
}

/** Of those the ones that he sees. */
function seenBy(db: Knex, query: Knex.QueryBuilder, sight: Sight): Knex.QueryBuilder {
  if (sight === null) return query;
  return query.where((either) => {
    either.whereRaw(...inFolders(db, sight.folderIds)).orWhereIn('conversations.id', sharedWith(db, sight.agentId));
  });
}

function pageOfPart(db: Knex, page: PageQuery, { status, folder, team }: Part, columns?: string): Knex.QueryBuilder {
  const { sight } = page;
  const query = db('conversations');
  if (team !== undefined) query.where('conversations.assigned_team_id', team);
  if (folder === null) seenBy(db, query, sight);
  else if (folder !== 'shared') query.where('conversations.folder_id', folder);
  else if (sight) {
    const [inOwn, folders] = inFolders(db, sight.folderIds);
    query.whereIn('conversations.id', sharedWith(db, sight.agentId)).whereRaw(`not (${inOwn})`, folders);
  }
  return pageOfStatus(db, query, team === undefined ? page : { ...page, teamIds: null }, status, columns);
}

/** Written out, not bound: SQLite proves a partial index only from literals. */
const CONDITIONS: Readonly<Record<Listed, string>> = {
  open: "conversations.status = 'open'",
  snoozed: "conversations.status = 'snoozed'",
  closed:
    "conversations.status = 'closed' and conversations.spam_at is null and conversations.merged_into_id is null and conversations.trashed_at is null",
  spam: 'conversations.spam_at is not null and conversations.trashed_at is null',
  trash: 'conversations.trashed_at is not null',
};

function pageOfStatus(db: Knex, visible: Knex.QueryBuilder, page: PageQuery, status: Listed, columns?: string): Knex.QueryBuilder {
  if (page.labelId !== null) return narrowed(db, labelled(visible, page.labelId, status), page, columns);
  return narrowed(db, visible.whereRaw(CONDITIONS[status]), page, columns);
}

/**
 * The rows of the label are read in their order, each with its conversation. They know the state themselves: asked of the conversation
 * as well, PostgreSQL would expect a handful of rows and sort them.
 */
const labelled = (query: Knex.QueryBuilder, labelId: LabelId, state: Listed): Knex.QueryBuilder =>
  query
    .join('conversation_labels as g', 'g.conversation_id', 'conversations.id')
    .where('g.label_id', labelId)
    .whereRaw(`g.state = '${state}'${state === 'closed' ? ' and conversations.merged_into_id is null' : ''}`);

function narrowed(db: Knex, query: Knex.QueryBuilder, page: PageQuery, columns?: string): Knex.QueryBuilder {
  query.limit(page.limit);
  if (page.failed) query.whereRaw('failed_deliveries > 0');
  if (page.unanswered) query.whereRaw("coalesce(waiting_since, '9') < '9'");
  if (page.inboxId !== null) query.where('inbox_id', page.inboxId);
  if (page.contactId !== null) query.where('contact_id', page.contactId);
  if (page.teamIds) query.whereRaw(...isAnyOf(db, 'assigned_team_id', page.teamIds));
  if (page.assigneeId === 'unassigned') query.whereNull('assignee_id');
  else if (page.assigneeId !== null) query.where('assignee_id', page.assigneeId);
  if (page.sort === 'waiting') {
    if (page.after) query.whereRaw("(coalesce(waiting_since, '9'), id) > (?, ?)", [page.after.at, page.after.id]);
    return query.select('id', db.raw("coalesce(waiting_since, '9') as last_message_at")).orderByRaw("coalesce(waiting_since, '9'), id");
  }
  const [at, id] = page.labelId === null ? ['last_message_at', 'id'] : ['g.written_at', 'g.conversation_id'];
  if (page.after) query.whereRaw(`(${at}, ${id}) < (?, ?)`, [page.after.at, page.after.id]);
  return query.select(columns ?? [`${id} as id`, `${at} as last_message_at`]).orderByRaw(`${at} desc, ${id} desc`);
}
