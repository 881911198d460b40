import type { Scope, WriteScope } from '../db/scope.ts';
import { NOTES } from '../deliveries/notes.ts';
import type { DeliveryStatus } from '../deliveries/types.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';
import { readStateBefore, type StateBefore } from './held.ts';

/** What the conversation was like before the message; null for messages that were not sent by us. */
export async function stateBefore({ db }: Scope, id: MessageId): Promise<StateBefore | null> {
  const row = await db('messages').where({ id }).first('before_sending');
  return readStateBefore(row?.before_sending ?? null);
}

/** Deletes the message with its attachments, deliveries and search words. */
export async function deleteMessage({ db }: WriteScope, id: MessageId): Promise<void> {
  await db('messages').where({ id }).delete();
}

/** What of a conversation follows from its messages. */
export interface Remains {
  readonly lastMessageId: MessageId | null;
  readonly isNote: boolean;
  /** Of the newest one that is no note; null when there is none. */
  readonly text: string | null;
  readonly lastMessageAt: Date | null;
  readonly hasAttachments: boolean;
}

const NEWEST = [
  { column: 'created_at', order: 'desc' },
  { column: 'id', order: 'desc' },
];

/** In the order of their time: what an account or an archive brought later has the highest ids and stands above. */
export async function remainsOf({ db }: Scope, id: ConversationId): Promise<Remains> {
  // What was sent by itself does not count: see `lastMessageId`.
  const written = () =>
    db('messages')
      .where({ conversation_id: id })
      .whereNot((q) => q.where({ direction: 'outbound', automated: true }));
  const newest = await written().orderBy(NEWEST).first('id', 'kind');
  const said = await written().whereNot({ kind: 'note' }).orderBy(NEWEST).first('text', 'created_at');
  const attachment = await db('messages')
    .join('attachments', 'attachments.message_id', 'messages.id')
    .where({ 'messages.conversation_id': id, 'attachments.inline': false })
    .first('attachments.id');
  return {
    lastMessageId: newest?.id ?? null,
    isNote: newest?.kind === 'note',
    text: said?.text ?? null,
    lastMessageAt: said ? new Date(said.created_at) : null,
    hasAttachments: attachment !== undefined,
  };
}

/** How many messages a conversation has, and how many deliveries in each state. */
export async function countsOf({ db }: Scope, id: ConversationId) {
  const [counted] = await db('messages').where({ conversation_id: id }).count({ n: '*' });
  const rows: { status: DeliveryStatus; n: number | string }[] = await db('deliveries')
    .where({ conversation_id: id })
    .groupBy('status')
    .select('status')
    .count({ n: '*' });
  return { messages: Number(counted?.['n'] ?? 0), deliveries: rows.map(({ status, n }) => ({ status, count: Number(n) })) };
}

/** When the first message of a person was written that stands behind the newest of ours, of those that came after `after`; null = all are answered. */
export async function waitingOf({ db }: Scope, id: ConversationId, after: number): Promise<Date | null> {
  const said = (direction: string) => db('messages').where({ conversation_id: id, direction, automated: false });
  const ours = await said('outbound').orderBy(NEWEST).first('created_at', 'id');
  const asked = said('inbound').where('id', '>', after);
  if (ours) asked.whereRaw('(created_at, id) > (?, ?)', [ours.created_at, ours.id]);
  const first = await asked.orderBy(['created_at', 'id']).first('created_at');
  return first ? new Date(first.created_at) : null;
}

/** Messages of the conversation that wait for their moment, or were stopped before it, and are to be taken back when the contact writes, oldest first. */
export async function stoppedByAnswer({ db }: Scope, id: ConversationId): Promise<readonly MessageId[]> {
  const query = db('messages').where({ conversation_id: id, stops_on_answer: true }).whereNotNull('scheduled_at');
  return query
    .whereExists(
      db('deliveries')
        .whereRaw('deliveries.message_id = messages.id')
        .where({ attempts: 0 })
        .whereNull('reason')
        .where((one) => one.where({ status: 'queued' }).orWhere({ status: 'failed', note: NOTES.author_left })),
    )
    .orderBy('id')
    .pluck('id');
}

/** Writes the new moment. */
export async function saveSchedule({ db }: WriteScope, id: MessageId, at: Date): Promise<void> {
  await db('messages').where({ id }).update({ scheduled_at: at.toISOString() });
}
