import { skipLocked } from '../db/dialect.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { InboxId, MessageId } from '../lib/ids.ts';
import { fromRow, type Row } from './store.ts';
import type { Delivery } from './types.ts';

/** What the worker has in hand: messages that are being sent, and inboxes of which no more are sent now. */
export interface Taken {
  readonly messages: readonly MessageId[];
  readonly inboxes: readonly InboxId[];
}
const NOTHING_TAKEN: Taken = { messages: [], inboxes: [] };

/** Takes every due delivery of the message that has waited longest; empty when nothing is due. What is `taken` is left alone. */
export async function claimDue(
  { db, now, claimant = null }: WriteScope,
  leaseUntil: Date,
  { messages, inboxes }: Taken = NOTHING_TAKEN,
): Promise<readonly Delivery[]> {
  const at = now().toISOString();
  const open = inboxes.length > 0 ? await earliestBeside(db, { messages, inboxes }) : null;
  if (inboxes.length > 0 && !(open && open.due <= at)) return [];
  const due = () => db<Row>('deliveries').whereRaw("status in ('queued', 'deferred')").where('next_attempt_at', '<=', at);
  const first = due()
    .whereNotIn('message_id', messages)
    .orderBy([{ column: 'next_attempt_at' }, { column: 'id' }])
    .first('message_id');
  const next = await skipLocked(db, open ? first.where({ inbox_id: open.id }) : first);
  if (!next) return [];
  const ids = await skipLocked(db, due().where({ message_id: next.message_id }).select('id'));
  const rows = await db<Row>('deliveries')
    .whereIn(
      'id',
      ids.map((row) => row.id),
    )
    .update({
      status: 'sending',
      lease_until: leaseUntil.toISOString(),
      claimed_by: claimant,
      next_attempt_at: null,
      updated_at: at,
      attempts: db.raw('attempts + 1'),
    })
    .returning('*');
  return rows.map(fromRow).sort((a, b) => a.id - b.id);
}

/** When the earliest waiting delivery is due that is not `taken`; null when none waits. */
export async function nextDueAt({ db }: Scope, taken: Taken = NOTHING_TAKEN): Promise<Date | null> {
  if (taken.inboxes.length > 0) {
    const open = await earliestBeside(db, taken);
    return open ? new Date(open.due) : null;
  }
  const row = await db<Row>('deliveries').whereRaw("status in ('queued', 'deferred')").orderBy('next_attempt_at').first('next_attempt_at');
  return row?.next_attempt_at ? new Date(row.next_attempt_at) : null;
}

/** The inbox whose mail waits longest, and since when: one look into an index for each, however much waits in those that are left out. */
async function earliestBeside(db: Scope['db'], { messages, inboxes }: Taken): Promise<{ id: InboxId; due: string } | undefined> {
  const due = db('deliveries as d')
    .whereRaw("d.inbox_id = i.id and d.status in ('queued', 'deferred')")
    .whereNotIn('d.message_id', messages)
    .orderBy('d.next_attempt_at')
    .limit(1)
    .select('d.next_attempt_at')
    .as('due');
  const each = db('inboxes as i').whereNotIn('i.id', inboxes).select('i.id', due).as('each');
  return db.from(each).whereNotNull('due').orderBy('due').first('id', 'due');
}

/** Deliveries that wait and are due; at most 500. */
export async function dueByNow({ db, now }: Scope): Promise<readonly Delivery[]> {
  const rows: Row[] = await db<Row>('deliveries')
    .whereRaw("status in ('queued', 'deferred')")
    .where('next_attempt_at', '<=', now().toISOString())
    .orderBy([{ column: 'next_attempt_at' }, { column: 'id' }])
    .limit(500);
  return rows.map(fromRow);
}

/** Since when the oldest delivery that is due has been due; null = none is. */
export async function oldestDueAt({ db, now }: Scope): Promise<Date | null> {
  const row: { next_attempt_at: string } | undefined = await db('deliveries')
    .whereIn('status', ['queued', 'deferred'])
    .where('next_attempt_at', '<=', now().toISOString())
    .orderBy('next_attempt_at')
    .first('next_attempt_at');
  return row ? new Date(row.next_attempt_at) : null;
}
