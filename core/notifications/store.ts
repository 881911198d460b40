import type { Knex } from 'knex';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, ConversationId, MessageId, NotificationId } from '../lib/ids.ts';
import type { Chosen } from './events.ts';
import { DETAILS, type Details, type Notification, type NotificationKind, type Receiver, type Why } from './types.ts';

interface Row {
  id: number;
  agent_id: number;
  kind: string;
  why: string;
  conversation_id: number;
  message_id: number | null;
  data: string;
  times: number;
  created_at: string;
  read_at: string | null;
  in_app: boolean | number;
  signals: string;
  started_at: string | null;
}

const fromRow = (row: Row): Notification => ({
  id: row.id as NotificationId,
  agentId: row.agent_id as AgentId,
  kind: row.kind as NotificationKind,
  why: row.why as Why,
  conversationId: row.conversation_id as ConversationId,
  messageId: row.message_id as MessageId | null,
  ...DETAILS.parse(JSON.parse(row.data)),
  times: row.times,
  createdAt: new Date(row.created_at),
  readAt: row.read_at === null ? null : new Date(row.read_at),
  startedAt: new Date(row.started_at ?? row.created_at),
  hasSound: row.signals.includes('sound'),
  onDesktop: row.signals.includes('desktop'),
});

export interface NewNotification {
  readonly kind: NotificationKind;
  readonly conversationId: ConversationId;
  readonly messageId: MessageId | null;
  readonly details: Partial<Details>;
}

/** A receiver and how he wants to be told. */
export interface Listener extends Receiver {
  readonly chosen: Chosen;
}

/** One for each listener. Where he has an unread one of this kind and conversation it becomes this one and counts it. */
export async function putNotifications({ db, now }: WriteScope, listeners: readonly Listener[], made: NewNotification): Promise<void> {
  const at = now().toISOString();
  const rows = listeners.map(({ agentId, why, chosen }) => ({
    agent_id: agentId,
    kind: made.kind,
    why,
    conversation_id: made.conversationId,
    message_id: made.messageId,
    data: JSON.stringify(made.details),
    created_at: at,
    started_at: at,
    in_app: chosen.app,
    signals: (['sound', 'desktop'] as const).filter((channel) => chosen[channel]).join(),
  }));
  // SQLite takes at most 500 rows in one statement.
  for (let from = 0; from < rows.length; from += 100)
    await db('notifications')
      .insert(rows.slice(from, from + 100))
      .onConflict(db.raw('(agent_id, conversation_id, kind) where read_at is null') as never)
      .merge({ ...newest(db), times: db.raw('notifications.times + 1') });
}

const newest = (db: Knex) =>
  Object.fromEntries(['why', 'message_id', 'data', 'created_at', 'in_app', 'signals'].map((name) => [name, db.raw(`excluded.${name}`)]));

export interface NotificationPageQuery {
  readonly unreadOnly: boolean;
  readonly after: { readonly at: string; readonly id: number } | null;
  readonly limit: number;
}

/** Newest first. */
export async function listOf({ db }: Scope, agentId: AgentId, query: NotificationPageQuery): Promise<readonly Notification[]> {
  const rows = db<Row>('notifications')
    .where({ agent_id: agentId, in_app: true })
    .orderByRaw('created_at desc, id desc')
    .limit(query.limit);
  if (query.unreadOnly) rows.whereRaw('read_at is null');
  if (query.after) rows.whereRaw('(created_at, id) < (?, ?)', [query.after.at, query.after.id]);
  return (await rows).map(fromRow);
}

export async function findOf({ db }: Scope, agentId: AgentId, id: NotificationId): Promise<Notification | null> {
  const row = await db<Row>('notifications').where({ id, agent_id: agentId }).first();
  return row ? fromRow(row) : null;
}

/** The conversations of his unread ones, as many times as there are; `most` at most. */
export async function unreadConversations({ db }: Scope, agentId: AgentId, most: number): Promise<readonly ConversationId[]> {
  return db('notifications').where({ agent_id: agentId, in_app: true }).whereRaw('read_at is null').limit(most).pluck('conversation_id');
}

/** Marks his unread ones as read, one or all of them. Answers how many there were. */
export async function markOf({ db, now }: WriteScope, agentId: AgentId, only: NotificationId | null): Promise<number> {
  const query = db('notifications').where({ agent_id: agentId }).whereRaw('read_at is null');
  return (only === null ? query : query.where({ id: only })).update({ read_at: now().toISOString() });
}

/** Whether anybody was told of this very message. */
export async function isTold({ db }: Scope, id: ConversationId, messageId: MessageId): Promise<boolean> {
  return (await db('notifications').where({ conversation_id: id, message_id: messageId }).first('id')) !== undefined;
}

/** His unread ones that are to be heard or shown outside, of which the first happened since then; a handful. */
export async function loudSince({ db }: Scope, agentId: AgentId, since: Date): Promise<readonly Notification[]> {
  const at = since.toISOString();
  const rows = db<Row>('notifications').where({ agent_id: agentId }).whereRaw("read_at is null and signals <> ''");
  return (await rows.where('created_at', '>', at).where('started_at', '>', at).orderBy('created_at').limit(20)).map(fromRow);
}

/** Marks an agent's unread ones of these kinds as read in a conversation and those merged into it; answers whether there were any. */
export async function markAbout(
  { db, now }: WriteScope,
  agentId: AgentId,
  id: ConversationId,
  kinds: readonly NotificationKind[],
): Promise<boolean> {
  const query = db('notifications')
    .where({ agent_id: agentId })
    .whereIn('conversation_id', withMerged(db, id))
    .whereIn('kind', [...kinds]);
  return (await query.whereRaw('read_at is null').update({ read_at: now().toISOString() })) > 0;
}

/** Marks everybody's unread ones of these kinds as read in a conversation and those merged into it; answers whose they were. */
export async function markOfConversation(
  { db, now }: WriteScope,
  id: ConversationId,
  kinds: readonly NotificationKind[],
): Promise<readonly AgentId[]> {
  const rows: { agent_id: AgentId }[] = await db('notifications')
    .whereIn('conversation_id', withMerged(db, id))
    .whereIn('kind', [...kinds])
    .whereNull('read_at')
    .update({ read_at: now().toISOString() })
    .returning('agent_id');
  return [...new Set(rows.map((row) => row.agent_id))];
}

/** Deletes what was read before that moment, a few hundred at a time; answers how many. */
export async function deleteReadBefore({ db }: WriteScope, before: Date, limit: number): Promise<number> {
  const old = db('notifications').whereNotNull('read_at').where('read_at', '<', before.toISOString()).limit(limit).select('id');
  return db('notifications').whereIn('id', old).delete();
}

/** The conversation and those that lead straight to it: where an agent was told of both, one of the two stayed with the number. */
const withMerged = (db: Scope['db'], id: ConversationId) => db('conversations').where({ id }).orWhere({ merged_into_id: id }).select('id');
