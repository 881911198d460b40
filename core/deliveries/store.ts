import { ofTheDead } from '../db/claimants.ts';
import { isPostgres } from '../db/dialect.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import { seenConversation } from '../db/visible.ts';
import type { AgentId, ConversationId, DeliveryId, InboxId, MessageId } from '../lib/ids.ts';
import type { Hastening } from './hasten.ts';
import { DECISIONS, type Decision, type Delivery, type DeliveryStatus, type QueuedDelivery, type RecipientKind } from './types.ts';

export interface Row {
  id: number;
  message_id: number;
  conversation_id: number;
  inbox_id: number;
  kind: string;
  address: string;
  name: string | null;
  status: string;
  attempts: number;
  next_attempt_at: string | null;
  expires_at: string;
  lease_until: string | null;
  claimed_by: number | null;
  reason: string | null;
  enhanced_status: string | null;
  note: string | null;
  sent_at: string | null;
  decision: string | null;
  decided_by: number | null;
  decided_at: string | null;
  first_name?: string | null;
  last_name?: string | null;
  read_at: string | null;
  complained_at: string | null;
  created_at: string;
  updated_at: string;
}

const dateOrNull = (text: string | null): Date | null => (text === null ? null : new Date(text));

function decisionOf({ decision, decided_by, decided_at, first_name, last_name }: Row): Decision | null {
  const what = DECISIONS.find((one) => one === decision);
  return what && decided_by !== null && decided_at !== null
    ? { what, by: decided_by as AgentId, name: `${first_name ?? ''} ${last_name ?? ''}`.trim(), at: new Date(decided_at) }
    : null;
}

export const fromRow = (row: Row): Delivery => ({
  id: row.id as DeliveryId,
  messageId: row.message_id as MessageId,
  conversationId: row.conversation_id as ConversationId,
  inboxId: row.inbox_id as InboxId,
  kind: row.kind as RecipientKind,
  address: row.address,
  name: row.name,
  status: row.status as DeliveryStatus,
  attempts: row.attempts,
  nextAttemptAt: dateOrNull(row.next_attempt_at),
  expiresAt: new Date(row.expires_at),
  reason: row.reason,
  enhancedStatus: row.enhanced_status,
  note: row.note,
  sentAt: dateOrNull(row.sent_at),
  decision: decisionOf(row),
  readAt: dateOrNull(row.read_at),
  complainedAt: dateOrNull(row.complained_at),
  createdAt: new Date(row.created_at),
  updatedAt: new Date(row.updated_at),
});

export async function deliveriesOfMessages({ db }: Scope, ids: readonly MessageId[]): Promise<readonly Delivery[]> {
  const query = db('deliveries').leftJoin('agents', 'agents.id', 'deliveries.decided_by').whereIn('message_id', ids);
  const rows: Row[] = await query.orderBy('deliveries.id').select('deliveries.*', 'agents.first_name', 'agents.last_name');
  return rows.map(fromRow);
}

export async function lockDeliveriesOfMessage({ db }: WriteScope, id: MessageId): Promise<readonly Delivery[]> {
  const query = db<Row>('deliveries').where({ message_id: id }).orderBy('id');
  return (await (isPostgres(db) ? query.forUpdate() : query)).map(fromRow);
}

/** Messages of this author whose moment he chose and that nobody has tried to send. */
export async function scheduledBy({ db }: Scope, authorId: AgentId): Promise<readonly MessageId[]> {
  return db('deliveries as d')
    .join('messages as m', 'm.id', 'd.message_id')
    .where({ 'd.status': 'queued', 'd.attempts': 0, 'm.author_id': authorId })
    .whereNull('d.reason')
    .whereNotNull('m.scheduled_at')
    .distinct('m.id')
    .orderBy('m.id')
    .pluck('m.id');
}

/** Moves the first attempt of the message's untouched deliveries. */
export async function moveFirstAttempt({ db, now }: WriteScope, id: MessageId, at: Date, expiresAt: Date): Promise<void> {
  await db<Row>('deliveries')
    .where({ message_id: id, status: 'queued', attempts: 0 })
    .whereNull('reason')
    .update({ next_attempt_at: at.toISOString(), expires_at: expiresAt.toISOString(), updated_at: now().toISOString() });
}

export async function findDeliveryById({ db }: Scope, id: DeliveryId): Promise<Delivery | null> {
  const row = await db<Row>('deliveries').where({ id }).first();
  return row ? fromRow(row) : null;
}

export interface DeliveryPageQuery {
  /** Null = any. */
  readonly statuses: readonly DeliveryStatus[] | null;
  /** Only what nobody has tried and what leaves after this moment; null = all. */
  readonly scheduledAfter: Date | null;
  readonly conversationId: ConversationId | null;
  readonly beforeId: number | null;
  readonly limit: number;
}

/** Newest first; each status is read in the order of its index and the pages are merged. Only of conversations that the actor sees. */
export async function listDeliveryRows({ db, actor }: Scope, query: DeliveryPageQuery): Promise<readonly QueuedDelivery[]> {
  const { statuses, scheduledAfter, conversationId, beforeId, limit } = query;
  const parts = (statuses ?? [null]).map((status) => {
    const part = db('deliveries').select('id').orderBy('id', 'desc').limit(limit);
    if (status !== null) part.where({ status });
    if (scheduledAfter !== null)
      part.where({ attempts: 0 }).whereNull('reason').where('next_attempt_at', '>', scheduledAfter.toISOString());
    if (conversationId !== null) part.where({ conversation_id: conversationId });
    if (beforeId !== null) part.where('id', '<', beforeId);
    if (actor.kind === 'agent') part.whereExists(seenConversation(db, actor, 'deliveries.conversation_id'));
    return db.select('*').from(part.as(`page_${status ?? 'any'}`));
  });
  const rows: (Row & { subject: string; inbox_name: string })[] = await db
    .from(db.queryBuilder().unionAll(parts).as('page'))
    .join('deliveries as d', 'd.id', 'page.id')
    .join('conversations as c', 'c.id', 'd.conversation_id')
    .join('inboxes as i', 'i.id', 'd.inbox_id')
    .select('d.*', 'c.subject', 'i.name as inbox_name')
    .orderBy('d.id', 'desc')
    .limit(limit);
  return rows.map((row) => ({ ...fromRow(row), subject: row.subject, inboxName: row.inbox_name }));
}

export async function countUnknownOf({ db }: Scope, conversationId: ConversationId): Promise<number> {
  const [row] = await db('deliveries').where({ conversation_id: conversationId, status: 'unknown' }).count({ n: '*' });
  return Number(row?.['n'] ?? 0);
}

export interface NewDelivery {
  readonly kind: RecipientKind;
  readonly address: string;
  readonly name: string | null;
}

/** Inserts one queued delivery for each recipient. */
export async function insertDeliveries(
  { db, now }: WriteScope,
  message: { readonly id: MessageId; readonly conversationId: ConversationId; readonly inboxId: InboxId },
  recipients: readonly NewDelivery[],
  times: { readonly firstAttemptAt: Date; readonly expiresAt: Date },
): Promise<readonly Delivery[]> {
  const at = now().toISOString();
  const rows = recipients.map((recipient) => ({
    message_id: message.id,
    conversation_id: message.conversationId,
    inbox_id: message.inboxId,
    ...recipient,
    status: 'queued',
    next_attempt_at: times.firstAttemptAt.toISOString(),
    expires_at: times.expiresAt.toISOString(),
    created_at: at,
    updated_at: at,
  }));
  return (await db<Row>('deliveries').insert(rows).returning('*')).map(fromRow);
}

/** What of a delivery changes together with its status. */
export interface DeliveryPatch {
  readonly status: DeliveryStatus;
  readonly nextAttemptAt: Date | null;
  readonly expiresAt?: Date;
  readonly reason: string | null;
  readonly enhancedStatus: string | null;
  /** With `failed`: time ran out. Not kept; whoever is told of it learns it. */
  readonly isExpired?: boolean;
  /** With `failed` or `bounced`: it was not said of the recipient. Not kept; it blocks nothing. */
  readonly aboutRecipient?: false;
  readonly sentAt?: Date;
  readonly decision?: Decision;
  readonly readAt?: Date;
  readonly complainedAt?: Date;
  /** Absent = unchanged. */
  readonly note?: string | null;
  /** Absent = unchanged. */
  readonly attempts?: number;
}

/** Deferred deliveries only, found by their index: as many as wait, whatever the table holds; of conversations that the actor sees. */
export async function makeDue({ db, now, actor }: WriteScope, { inboxId, domain }: Hastening): Promise<number> {
  const at = now().toISOString();
  const query = db<Row>('deliveries').where({ status: 'deferred' }).where('next_attempt_at', '>', at);
  if (actor.kind === 'agent') query.whereExists(seenConversation(db, actor, 'deliveries.conversation_id'));
  if (inboxId !== undefined) query.where({ inbox_id: inboxId });
  if (domain !== undefined) query.whereRaw("address like ? escape '!'", [`%@${domain.replace(/[!%_]/g, '!$&')}`]);
  return query.update({ next_attempt_at: at, updated_at: at });
}

/** Answers false when the delivery no longer has the status `from`. */
export async function updateDelivery(
  { db, now }: WriteScope,
  id: DeliveryId,
  from: DeliveryStatus,
  patch: DeliveryPatch,
): Promise<boolean> {
  const changed = await db<Row>('deliveries')
    .where({ id, status: from })
    .update({
      status: patch.status,
      next_attempt_at: patch.nextAttemptAt?.toISOString() ?? null,
      lease_until: null,
      reason: patch.reason,
      enhanced_status: patch.enhancedStatus,
      updated_at: now().toISOString(),
      ...(patch.note === undefined ? {} : { note: patch.note }),
      ...(patch.expiresAt ? { expires_at: patch.expiresAt.toISOString() } : {}),
      ...(patch.attempts === undefined ? {} : { attempts: patch.attempts }),
      ...(patch.decision
        ? { decision: patch.decision.what, decided_by: patch.decision.by, decided_at: patch.decision.at.toISOString() }
        : {}),
      ...(patch.sentAt ? { sent_at: patch.sentAt.toISOString() } : {}),
      ...(patch.readAt ? { read_at: patch.readAt.toISOString() } : {}),
      ...(patch.complainedAt ? { complained_at: patch.complainedAt.toISOString() } : {}),
    });
  return changed === 1;
}

/** Deliveries taken by a process that did not live to record what became of them; at most 500. */
export async function leftInSending({ db }: Scope): Promise<readonly Delivery[]> {
  const sending = db<Row>('deliveries').whereRaw("status = 'sending'").orderBy('id').limit(500);
  return (await ofTheDead(db, sending)).map(fromRow);
}
