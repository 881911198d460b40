import type { Knex } from 'knex';
import { isPostgres, jsonList } from '../db/dialect.ts';
import { places, run, update } from '../db/direct.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import { visibleConversations } from '../db/visible.ts';
import { rankOf, TOP_FOLDER } from '../folders/types.ts';
import type { AgentId, ContactId, ConversationId, FolderId, InboxId, MessageId, TeamId } from '../lib/ids.ts';
import { storable } from '../lib/text.ts';
import { endOfLookedAt, type PageQuery, pageOfIds } from './pages/store.ts';
import { rankAs } from './rights-store.ts';
import { FRESH, fromListRow, fromRow, type ListRow, type Row, toColumns } from './row.ts';
import type { Conversation, ConversationPatch, ConversationRow, Status } from './types.ts';

export async function findConversationById({ db }: Scope, id: ConversationId): Promise<Conversation | null> {
  const row = await db<Row>('conversations').where({ id }).first();
  return row ? fromRow(row) : null;
}

/** The conversation as no other transaction can change it until this one ends. */
export async function lockConversation({ db }: WriteScope, id: ConversationId): Promise<Conversation | null> {
  const query = db<Row>('conversations').where({ id }).first();
  const row = await (isPostgres(db) ? query.forUpdate() : query);
  return row ? fromRow(row) : null;
}

/** One query for a whole list page. `limit` rows at most, in the order of the list. */
export async function listRows({ db }: Scope, viewer: AgentId | null, page: PageQuery): Promise<readonly ConversationRow[]> {
  const rows: ListRow[] = await withNames(db, pageOfIds(db, page), viewer).orderByRaw(
    page.sort === 'waiting' ? "coalesce(c.waiting_since, '9'), c.id" : 'c.last_message_at desc, c.id desc',
  );
  return rows.map(fromListRow);
}

/** Where the next page of a list with conditions goes on; null = it was looked through to its end. */
export async function findEndOfLookedAt({ db }: Scope, page: PageQuery): Promise<{ readonly at: string; readonly id: number } | null> {
  const row: { id: number; last_message_at: string } | undefined = await endOfLookedAt(db, page).first();
  return row ? { at: row.last_message_at, id: row.id } : null;
}

/** One that the actor may see, or null. */
export async function findRow({ db, actor }: Scope, viewer: AgentId | null, id: ConversationId): Promise<ConversationRow | null> {
  const rows: ListRow[] = await withNames(db, visibleConversations(db, db('conversations').where({ id }), actor).select('id'), viewer)
    .leftJoin('blocked_addresses as b', (on) => on.on('b.address', 'c.contact_address').andOnNull('b.unblocked_at'))
    .leftJoin('agents as n', 'n.id', 'c.ignored_by')
    .select('b.reason as blocked_reason', db.raw("n.first_name || ' ' || n.last_name as ignored_by_name"))
    .select(db.raw('exists (select 1 from footers as f where f.agent_id = ? or f.inbox_id = c.inbox_id) as has_footer', [viewer ?? 0]))
    .select(
      db.raw(
        'exists (select 1 from followers as f join conversations as m on m.id = f.conversation_id where f.agent_id = ? and (m.id = c.id or m.merged_into_id = c.id)) as is_followed',
        [viewer ?? 0],
      ),
    )
    .select(db.raw('exists (select 1 from assignments as h where h.conversation_id = c.id) as was_assigned'))
    .select(db.raw(`exists (${FORWARDS}) as has_forwards`))
    .select(db.raw('exists (select 1 from drafts as d where d.conversation_id = c.id and d.agent_id <> ?) as has_drafts', [viewer ?? 0]))
    .select(db.raw('exists (select 1 from trashings as t where t.conversation_id = c.id) as was_trashed'))
    .select(viewer === null ? db.raw('? as "rank"', [rankOf('manage')]) : db.raw(`${rankAs('c')} as "rank"`, [viewer, viewer]));
  return rows[0] ? fromListRow(rows[0]) : null;
}

const FORWARDS = 'select 1 from forwards where conversation_id = c.id union all select 1 from forwards where side_conversation_id = c.id';

/** Joins names to a bounded set of ids, so that no planner starts from the joined tables. */
function withNames(db: Knex, ids: Knex.QueryBuilder, viewer: AgentId | null): Knex.QueryBuilder {
  return db
    .from(ids.as('page'))
    .join('conversations as c', 'c.id', 'page.id')
    .join('inboxes as i', 'i.id', 'c.inbox_id')
    .join('contacts as p', 'p.id', 'c.contact_id')
    .leftJoin('agents as a', 'a.id', 'c.assignee_id')
    .leftJoin('teams as w', 'w.id', 'c.assigned_team_id')
    .leftJoin('messages as l', 'l.id', 'c.last_message_id')
    .leftJoin('agents as v', 'v.id', db.raw('?', [viewer ?? 0]))
    .leftJoin('conversation_reads as r', (on) => on.on('r.conversation_id', 'c.id').andOn('r.agent_id', 'v.id'))
    .select('c.*', 'i.name as inbox_name', 'i.channel as inbox_channel', 'i.address as inbox_address')
    .select('p.name as contact_name', 'a.first_name as assignee_first_name', 'a.last_name as assignee_last_name', 'w.name as team_name')
    .select(db.raw("case when l.direction = 'inbound' and l.automated then coalesce(l.machine, 'unknown') end as last_machine"))
    .select(db.raw(`case when c.label_count > 0 then (${labelsOfRow(db)}) end as labels`))
    .select('r.last_message_id as read_message_id', 'v.created_at as viewer_since');
}

const labelsOfRow = (db: Knex): string => {
  const columns = {
    id: 'b.id',
    name: 'b.name',
    colour: 'b.colour',
    at: 'g.labelled_at',
    first_name: 'y.first_name',
    last_name: 'y.last_name',
  };
  return `select ${jsonList(db, columns, 'b.position, b.id')} from conversation_labels g
    join labels b on b.id = g.label_id and b.removed_at is null left join agents y on y.id = g.agent_id where g.conversation_id = c.id`;
};

export interface NewConversation extends Pick<Conversation, 'waitingSince' | 'closedAt' | 'spam'> {
  readonly inboxId: InboxId;
  readonly contactId: ContactId;
  readonly contactAddress: string;
  readonly assigneeId: AgentId | null;
  readonly teamId?: TeamId | null;
  /** Null = where what comes to the inbox begins. */
  readonly folderId: FolderId | null;
  readonly subject: string;
  readonly replyToken: string;
  readonly relatedConversationId: ConversationId | null;
  readonly at: Date;
}

/** Inserts a conversation without messages: open, or closed at a time. */
export async function insertConversation({ db }: WriteScope, made: NewConversation): Promise<Conversation> {
  const at = made.at.toISOString();
  const columns = {
    inbox_id: made.inboxId,
    contact_id: made.contactId,
    contact_address: made.contactAddress,
    assignee_id: made.assigneeId,
    assigned_team_id: made.teamId ?? null,
    ...toColumns({ closedAt: made.closedAt, waitingSince: made.waitingSince, ...(made.spam ? { spam: made.spam } : {}) }),
    status: made.closedAt ? 'closed' : 'open',
    subject: made.subject,
    snippet: '',
    reply_token: made.replyToken,
    related_conversation_id: made.relatedConversationId,
    last_message_at: at,
    created_at: at,
  };
  const names = Object.keys(columns).join(', ');
  // The folder is asked within the statement: receiving a mail has none to spare. So it and the number are all that has to be read back.
  const [own] = await run<Pick<Row, 'id' | 'folder_id'>>(
    db,
    `insert into conversations (${names}, folder_id) values (${places(Object.keys(columns))},
       coalesce(cast(? as integer), (select folder_id from inboxes where id = ?), ?)) returning id, folder_id`,
    [...Object.values(columns), made.folderId, made.inboxId, TOP_FOLDER],
  );
  if (!own) throw new Error('insert returned no row');
  return fromRow({ ...FRESH, ...columns, ...own });
}

export async function updateConversation({ db }: WriteScope, id: ConversationId, patch: ConversationPatch): Promise<void> {
  await update(db, 'conversations', id, toColumns(patch));
}

export async function hasMessagesOrDrafts({ db }: Scope, id: ConversationId): Promise<boolean> {
  for (const table of ['messages', 'drafts']) if ((await db(table).where({ conversation_id: id }).first('id')) !== undefined) return true;
  return false;
}

export async function deleteConversation({ db }: WriteScope, id: ConversationId): Promise<void> {
  await db('conversations').where({ id }).delete();
}

/** Subject and contact of those that may be seen. */
export async function findTitles({ db, actor }: Scope, ids: readonly ConversationId[]) {
  if (ids.length === 0) return new Map<ConversationId, { subject: string; contact: string }>();
  const rows: { id: ConversationId; subject: string; name: string; contact_address: string }[] = await visibleConversations(
    db,
    db('conversations'),
    actor,
  )
    .join('contacts', 'contacts.id', 'conversations.contact_id')
    .whereIn('conversations.id', [...ids])
    .select('conversations.id', 'conversations.subject', 'contacts.name', 'conversations.contact_address');
  return new Map(rows.map(({ id, subject, name, contact_address }) => [id, { subject, contact: name || contact_address }]));
}

export async function isActiveAgent({ db }: Scope, id: AgentId): Promise<boolean> {
  return (await db('agents').where({ id, status: 'active' }).first('id')) !== undefined;
}

export async function findByTokens({ db }: Scope, inboxId: InboxId, tokens: readonly string[]): Promise<readonly ConversationId[]> {
  const query = db('conversations').whereIn('reply_token', tokens.map(storable)).where(inInbox(db, inboxId));
  return query.orderBy('id', 'desc').pluck('id');
}

export async function findInInbox({ db }: Scope, inboxId: InboxId, id: ConversationId): Promise<boolean> {
  return (await db('conversations').where({ id }).where(inInbox(db, inboxId)).first('id')) !== undefined;
}

/** Of this inbox, or with a message of it: conversations of two inboxes can be merged. */
const inInbox =
  (db: Knex, inboxId: InboxId): Knex.QueryCallback =>
  (query) => {
    const held = db('messages').select('id').whereRaw('messages.conversation_id = conversations.id').where('messages.inbox_id', inboxId);
    query.where('inbox_id', inboxId).orWhereExists(held);
  };

/** The conversation that each of these stands for: itself, or where it was merged. Unknown ids are left out. */
export async function standingFor({ db }: Scope, ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, ConversationId>> {
  if (ids.length === 0) return new Map();
  const rows: { start: ConversationId; id: ConversationId }[] = await db
    .withRecursive('chain', (query) => {
      query
        .select('id as start', 'id', 'merged_into_id as next')
        .from('conversations')
        .whereIn('id', [...ids])
        .unionAll((more) => {
          more.select('chain.start', 'c.id', 'c.merged_into_id').from('conversations as c').join('chain', 'chain.next', 'c.id');
        });
    })
    .from('chain')
    .whereNull('next')
    .select('start', 'id');
  return new Map(rows.map(({ start, id }) => [start, id]));
}

/** Which conversation a message is in; null when there is no such message. */
export async function conversationOfMessage({ db }: Scope, id: MessageId): Promise<ConversationId | null> {
  return (await db('messages').where({ id }).first('conversation_id'))?.conversation_id ?? null;
}

export async function recentOf({ db }: Scope, inboxId: InboxId, contactId: ContactId, limit: number) {
  const rows = await db<Row>('conversations')
    .where({ contact_id: contactId, inbox_id: inboxId })
    .whereNull('merged_into_id')
    .orderBy('id', 'desc')
    .limit(limit)
    .select('id', 'subject');
  return rows.map((row) => ({ id: row.id as ConversationId, subject: row.subject }));
}

export async function newestOpen({ db }: Scope, inboxId: InboxId, contactId: ContactId): Promise<ConversationId | null> {
  const query = db<Row>('conversations').where({ inbox_id: inboxId, contact_id: contactId }).whereRaw("status = 'open'");
  const row = await query.orderByRaw('last_message_at desc, id desc').first('id');
  return row ? (row.id as ConversationId) : null;
}

/** How many conversations there are of each combination that counters tell apart. */
export async function countedConversations({ db }: Scope) {
  const failed = 'case when failed_deliveries > 0 then 1 else 0 end';
  const spam = 'case when spam_at is null then 0 else 1 end';
  const trash = 'case when trashed_at is null then 0 else 1 end';
  const waits = 'case when waiting_since is null then 0 else 1 end';
  const rows: (Record<'failed' | 'spam' | 'trash' | 'waits' | 'inbox_id' | 'folder_id', number> & {
    status: string;
    assignee_id: number | null;
    assigned_team_id: number | null;
    count: number | string;
  })[] = await db('conversations')
    .whereNull('merged_into_id')
    .select(
      'status',
      'inbox_id',
      'assignee_id',
      'assigned_team_id',
      'folder_id',
      db.raw(`${failed} as failed`),
      db.raw(`${spam} as spam`),
      db.raw(`${trash} as trash`),
      db.raw(`${waits} as waits`),
    )
    .count('* as count')
    .groupByRaw(`status, inbox_id, assignee_id, assigned_team_id, folder_id, ${failed}, ${spam}, ${trash}, ${waits}`);
  return rows.map((row) => ({
    status: row.status as Status,
    inboxId: row.inbox_id as InboxId,
    assigneeId: row.assignee_id as AgentId | null,
    teamId: row.assigned_team_id as TeamId | null,
    folderId: row.folder_id as FolderId,
    failedDeliveries: row.failed,
    spam: row.spam === 1,
    trashedAt: row.trash === 1 || null,
    waitingSince: row.waits === 1 || null,
    count: Number(row.count),
  }));
}

export async function countedDeliveries({ db }: Scope): Promise<readonly { status: string; count: number }[]> {
  const rows: { status: string; count: number | string }[] = await db('deliveries').select('status').count('* as count').groupBy('status');
  return rows.map((row) => ({ status: row.status, count: Number(row.count) }));
}
