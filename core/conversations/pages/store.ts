import type { Knex } from 'knex';
import { isAnyOf } from '../../db/dialect.ts';
import type { AgentId, ContactId, ConversationId, InboxId, LabelId, MessageId } from '../../lib/ids.ts';
import type { Condition } from '../asked/condition.ts';
import { type Sort, STATUSES, type Status } from '../types.ts';
import { meeting } from './condition-store.ts';

/** A checked list request. `after` is the sort key of the last row seen, null for the first page. */
export interface PageQuery {
  readonly status: Status | 'spam' | null;
  readonly inboxId: InboxId | null;
  readonly assigneeId: AgentId | 'unassigned' | null;
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
}

/**
 * Ids of one page, each status read in the order of its own index: without a status the three newest pages are merged,
 * so no list reads more than three pages of rows, whatever its size. With `columns` those instead of ids.
 */
export function pageOfIds(db: Knex, page: PageQuery, columns?: string): Knex.QueryBuilder {
  if (page.found !== null) return pageOfFound(db, page, page.found);
  if (page.also && page.also.length > 0) return pageOfLookedAt(db, page, page.also);
  if (page.status === 'spam') return pageOfStatus(db, page, 'spam', columns);
  const statuses = page.sort === 'waiting' ? (['open'] as const) : page.status ? [page.status] : STATUSES;
  const parts = statuses.map((status) => db.select('*').from(pageOfStatus(db, page, status, columns).as(`page_${status}`)));
  const [first, ...others] = parts;
  if (!first) throw new Error('no status to list');
  if (others.length === 0) return pageOfStatus(db, page, statuses[0] ?? 'open', columns);
  return db
    .select(columns ? '*' : ['id', 'last_message_at'])
    .from(first.unionAll(others).as('pages'))
    .orderBy(NEWEST)
    .limit(page.limit);
}

/** So many conversations of a list one page looks through for those that meet its conditions. */
export const LOOKED_AT = 1_000;

const NEWEST = [
  { column: 'last_message_at', order: 'desc' },
  { column: 'id', order: 'desc' },
];

/** Materialised first, so that no planner goes further through the list than that. */
function pageOfLookedAt(db: Knex, page: PageQuery, also: readonly Condition[]): Knex.QueryBuilder {
  const query = db.withMaterialized('looked_at', lookedAt(db, page, EVERY_COLUMN)).from('looked_at');
  return meeting(db, query, 'looked_at', also).select('id', 'last_message_at').orderBy(NEWEST).limit(page.limit);
}

/** Read along with the page: PostgreSQL would otherwise rather read the whole table for the few that meet a rare condition. */
const EVERY_COLUMN = 'conversations.*';

const lookedAt = (db: Knex, page: PageQuery, columns?: string): Knex.QueryBuilder =>
  pageOfIds(db, { ...page, also: [], sort: 'newest', limit: LOOKED_AT }, columns);

/** The last conversation that such a page looked at; none when the list ended before. */
export const endOfLookedAt = (db: Knex, page: PageQuery): Knex.QueryBuilder =>
  db
    .select('id', 'last_message_at')
    .from(lookedAt(db, page).as('looked_at'))
    .orderBy(NEWEST)
    .offset(LOOKED_AT - 1)
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
  const found = visibleConversations(db('conversations')).whereIn('id', ids);
  const query = db.withMaterialized('found', found).from('found');
  query.whereRaw(page.status === 'spam' ? 'spam_at is not null' : 'spam_at is null');
  if (page.sort === 'waiting') query.where({ status: 'open' });
  else if (page.status && page.status !== 'spam') query.where({ status: page.status });
  if (page.labelId !== null) query.whereIn('id', db('conversation_labels').where({ label_id: page.labelId }).select('conversation_id'));
  return narrowed(meeting(db, query, 'found', page.also ?? []), { ...page, labelId: null });
}

// The status is written out, not bound: SQLite proves a partial index only from literals.
function pageOfStatus(db: Knex, page: PageQuery, status: Status | 'spam', columns?: string): Knex.QueryBuilder {
  const visible = visibleConversations(db('conversations'));
  if (page.labelId !== null) return narrowed(labelled(visible, page.labelId, status), page, columns);
  if (status === 'spam') return narrowed(visible.whereRaw('conversations.spam_at is not null'), page, columns);
  const ofStatus = `conversations.status = '${status}'${status === 'closed' ? ' and conversations.spam_at is null and conversations.merged_into_id is null' : ''}`;
  return narrowed(visible.whereRaw(ofStatus), page, columns);
}

/**
 * The rows of the label are read in their order, each with its conversation. They know the state themselves: asked of the conversation
 * as well, PostgreSQL would expect a handful of rows and sort them.
 */
const labelled = (query: Knex.QueryBuilder, labelId: LabelId, state: Status | 'spam'): Knex.QueryBuilder =>
  query
    .join('conversation_labels as g', 'g.conversation_id', 'conversations.id')
    .where('g.label_id', labelId)
    .whereRaw(`g.state = '${state}'${state === 'closed' ? ' and conversations.merged_into_id is null' : ''}`);

function narrowed(query: Knex.QueryBuilder, page: PageQuery, columns?: string): Knex.QueryBuilder {
  query.limit(page.limit);
  if (page.failed) query.whereRaw('failed_deliveries > 0');
  if (page.unanswered) query.whereRaw("coalesce(waiting_since, '9') < '9'");
  if (page.inboxId !== null) query.where('inbox_id', page.inboxId);
  if (page.contactId !== null) query.where('contact_id', page.contactId);
  if (page.assigneeId === 'unassigned') query.whereNull('assignee_id');
  else if (page.assigneeId !== null) query.where('assignee_id', page.assigneeId);
  if (page.sort === 'waiting') {
    if (page.after) query.whereRaw("(coalesce(waiting_since, '9'), id) > (?, ?)", [page.after.at, page.after.id]);
    return query.select('id').orderByRaw("coalesce(waiting_since, '9'), id");
  }
  const [at, id] = page.labelId === null ? ['last_message_at', 'id'] : ['g.written_at', 'g.conversation_id'];
  if (page.after) query.whereRaw(`(${at}, ${id}) < (?, ?)`, [page.after.at, page.after.id]);
  return query.select(columns ?? [`${id} as id`, `${at} as last_message_at`]).orderByRaw(`${at} desc, ${id} desc`);
}

/**
 * The one place that decides which conversations an actor may see: every list, page and right goes through it.
 * Today everybody sees all of them; folders will narrow it here.
 */
export function visibleConversations<T extends Knex.QueryBuilder>(query: T): T {
  return query;
}
