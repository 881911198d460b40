import type { Knex } from 'knex';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, ConversationId, MessageId, TransferId } from '../lib/ids.ts';
import { readMemory, writeMemory } from './memory.ts';
import type { Extent, Memory, Transfer, TransferKind, TransferLine } from './types.ts';

interface Row {
  id: number;
  kind: string;
  from_id: number;
  to_id: number;
  agent_id: number | null;
  at: string;
  after_message_id: number;
  message_count: number;
  memory: string;
  undone_at: string | null;
  undone_by: number | null;
}

const bare = (row: Row) => ({
  id: row.id as TransferId,
  kind: row.kind as TransferKind,
  fromId: row.from_id as ConversationId,
  toId: row.to_id as ConversationId,
  at: new Date(row.at),
  afterMessageId: row.after_message_id as MessageId,
  messageCount: row.message_count,
  undoneAt: row.undone_at === null ? null : new Date(row.undone_at),
});

const fromRow = (row: Row): Transfer => ({ ...bare(row), agentId: row.agent_id as AgentId | null, memory: readMemory(row.memory) });

export type NewTransfer = Omit<Transfer, 'id' | 'messageCount' | 'memory' | 'undoneAt'>;

export async function insertTransfer({ db }: WriteScope, made: NewTransfer): Promise<TransferId> {
  const [row] = await db<Row>('transfers')
    .insert({
      kind: made.kind,
      from_id: made.fromId,
      to_id: made.toId,
      agent_id: made.agentId,
      at: made.at.toISOString(),
      after_message_id: made.afterMessageId,
      message_count: 0,
      memory: '',
    })
    .returning('id');
  if (!row) throw new Error('insert returned no row');
  return row.id as TransferId;
}

export async function saveMemory({ db }: WriteScope, id: TransferId, memory: Memory, messageCount?: number): Promise<void> {
  const count = messageCount === undefined ? {} : { message_count: messageCount };
  await db<Row>('transfers')
    .where({ id })
    .update({ memory: writeMemory(memory), ...count });
}

export async function findTransferById({ db }: Scope, id: TransferId): Promise<Transfer | null> {
  const row = await db<Row>('transfers').where({ id }).first();
  return row ? fromRow(row) : null;
}

/** Answers false when somebody has undone it already. */
export async function markUndone({ db, now }: WriteScope, id: TransferId, by: AgentId | null): Promise<boolean> {
  const changed = await db<Row>('transfers').where({ id }).whereNull('undone_at').update({ undone_at: now().toISOString(), undone_by: by });
  return changed === 1;
}

/** The first transfer after this one that still holds and that the conversation took part in. */
export async function nextOf({ db }: Scope, id: TransferId, conversationId: ConversationId): Promise<Transfer | null> {
  const query = db<Row>('transfers')
    .where('id', '>', id)
    .whereNull('undone_at')
    .where(partOf([conversationId]));
  const row = await query.orderBy('id').first();
  return row ? fromRow(row) : null;
}

const partOf =
  (ids: readonly ConversationId[], prefix = ''): Knex.QueryCallback =>
  (either) =>
    either.whereIn(`${prefix}from_id`, [...ids]).orWhereIn(`${prefix}to_id`, [...ids]);

type LineRow = Row & Record<'by_first' | 'by_last' | 'undo_first' | 'undo_last' | 'from_subject' | 'to_subject', string | null>;

const lines = (db: Knex): Knex.QueryBuilder =>
  db('transfers as t')
    .join('conversations as f', 'f.id', 't.from_id')
    .join('conversations as g', 'g.id', 't.to_id')
    .leftJoin('agents as a', 'a.id', 't.agent_id')
    .leftJoin('agents as u', 'u.id', 't.undone_by')
    .select('t.*', 'f.subject as from_subject', 'g.subject as to_subject')
    .select('a.first_name as by_first', 'a.last_name as by_last', 'u.first_name as undo_first', 'u.last_name as undo_last');

const lineFromRow = (row: LineRow): TransferLine => ({
  ...bare(row),
  agentName: `${row.by_first ?? ''} ${row.by_last ?? ''}`.trim(),
  undoneBy: `${row.undo_first ?? ''} ${row.undo_last ?? ''}`.trim(),
  fromSubject: row.from_subject ?? '',
  toSubject: row.to_subject ?? '',
});

/** What happened to any of these conversations, oldest first, the newest hundred. */
export async function listLines({ db }: Scope, ids: readonly ConversationId[]): Promise<readonly TransferLine[]> {
  const rows: LineRow[] = await lines(db).where(partOf(ids, 't.')).orderBy('t.id', 'desc').limit(100);
  return rows.toReversed().map(lineFromRow);
}

export async function findLine({ db }: Scope, id: TransferId): Promise<TransferLine | null> {
  const row: LineRow | undefined = await lines(db).where('t.id', id).first();
  return row ? lineFromRow(row) : null;
}

/** The conversation and those that lead to it, two hundred of a level. */
export async function familyOf({ db }: Scope, id: ConversationId): Promise<readonly ConversationId[]> {
  const ids = [id];
  for (let level: readonly ConversationId[] = [id]; level.length > 0; ) {
    level = await db('conversations')
      .whereIn('merged_into_id', [...level])
      .limit(200)
      .pluck('id');
    ids.push(...level);
  }
  return ids;
}

/** Notes which messages of a conversation go: all, or those that `extent` says from `first` on. Answers how many. */
export async function noteMessages(
  { db }: WriteScope,
  id: TransferId,
  from: ConversationId,
  some: { readonly first: MessageId; readonly extent: Extent } | null,
): Promise<number> {
  const messages = db('messages').where({ conversation_id: from });
  if (some?.extent === 'one') messages.where({ id: some.first });
  if (some?.extent === 'onwards') messages.whereRaw('(created_at, id) >= (?)', [placeOf(db, some.first)]);
  await db.into(db.raw('transferred_messages (transfer_id, message_id)')).insert(messages.select(db.raw('?', [id]), 'id'));
  return countOf(db, id);
}

/** Whether a message stays in a conversation when these go. */
export async function isRemainder(
  { db }: Scope,
  from: ConversationId,
  { first, extent }: { readonly first: MessageId; readonly extent: Extent },
): Promise<boolean> {
  const others = db('messages').where({ conversation_id: from });
  if (extent === 'one') others.whereNot({ id: first });
  else others.whereRaw('(created_at, id) < (?)', [placeOf(db, first)]);
  return (await others.first('id')) !== undefined;
}

/** Where a message stands among those of a conversation, which are in the order of their time, not of their ids. */
const placeOf = (db: Knex, id: MessageId): Knex.QueryBuilder => db('messages').where({ id }).select('created_at', 'id');

const noted = (db: Knex, id: TransferId): Knex.QueryBuilder => db('transferred_messages').where({ transfer_id: id }).select('message_id');

async function countOf(db: Knex, id: TransferId): Promise<number> {
  const [row] = await db('transferred_messages').where({ transfer_id: id }).count({ n: '*' });
  return Number(row?.['n'] ?? 0);
}

/** Moves what was noted and is in `from`, with its deliveries and what agents were told of it. Answers how many messages. */
export async function shiftMessages({ db }: WriteScope, id: TransferId, from: ConversationId, to: ConversationId): Promise<number> {
  await db('deliveries').whereIn('message_id', noted(db, id)).where({ conversation_id: from }).update({ conversation_id: to });
  // Of one kind an agent has one unread in a conversation: where he has one already, that one stands for both.
  const taken = db('notifications as n')
    .whereRaw('n.agent_id = notifications.agent_id and n.kind = notifications.kind and n.read_at is null')
    .where('n.conversation_id', to);
  await db('notifications')
    .whereIn('message_id', noted(db, id))
    .where({ conversation_id: from })
    .whereNotExists(taken)
    .update({ conversation_id: to });
  return db('messages').whereIn('id', noted(db, id)).where({ conversation_id: from }).update({ conversation_id: to });
}

/** When the first of the noted messages was written that a person still has no answer to; null = none. Asked while they are in `from`. */
export async function unansweredSince({ db }: Scope, id: TransferId, from: ConversationId): Promise<Date | null> {
  const ours = await db('messages')
    .where({ conversation_id: from, direction: 'outbound', automated: false })
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .first('id');
  const asked = db('messages').whereIn('id', noted(db, id)).where({ direction: 'inbound', automated: false });
  if (ours) asked.whereRaw('(created_at, id) > (?)', [placeOf(db, ours.id)]);
  const first = await asked.orderBy(['created_at', 'id']).first('created_at');
  return first ? new Date(first.created_at) : null;
}

export async function isMoved({ db }: Scope, id: MessageId): Promise<boolean> {
  const moves = db('transferred_messages as m').join('transfers as t', 't.id', 'm.transfer_id').where('m.message_id', id);
  return (await moves.whereNull('t.undone_at').whereNot('t.kind', 'merge').first('t.id')) !== undefined;
}

/** Newest id of a message in either; 0 in empty ones. */
export async function newestIn({ db }: Scope, ids: readonly ConversationId[]): Promise<MessageId> {
  const row = await db('messages')
    .whereIn('conversation_id', [...ids])
    .max('id as id')
    .first();
  return (row?.id ?? 0) as MessageId;
}

/** Whether anything came into the conversation after that message was its newest. */
export async function hasNewer({ db }: Scope, id: ConversationId, after: MessageId): Promise<boolean> {
  return (await db('messages').where({ conversation_id: id }).where('id', '>', after).first('id')) !== undefined;
}

/** Where a person says that somebody belongs, he is at home. Answers the messages that said otherwise. */
export async function welcomeSenders({ db }: WriteScope, id: TransferId): Promise<readonly MessageId[]> {
  const rows: { id: MessageId }[] = await db('messages')
    .whereIn('id', noted(db, id))
    .where({ sender_status: 'new_participant' })
    .update({ sender_status: 'participant' })
    .returning('id');
  return rows.map((row) => row.id);
}

export async function estrangeSenders({ db }: WriteScope, ids: readonly MessageId[]): Promise<void> {
  await db('messages')
    .whereIn('id', [...ids])
    .update({ sender_status: 'new_participant' });
}

/** Whether somebody in the conversation is not who he says he is, dealt with or not. */
export async function holdsPretence({ db }: Scope, id: ConversationId): Promise<boolean> {
  const pretends = await db('messages as m')
    .join('raw_inbound as r', 'r.id', 'm.raw_inbound_id')
    .where('m.conversation_id', id)
    .whereLike('r.authentication', '%"pretences":["%')
    .first('m.id');
  return pretends !== undefined;
}
