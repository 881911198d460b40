import { isPostgres } from '../db/dialect.ts';
import type { Actor, Scope, WriteScope } from '../db/scope.ts';
import type { DomainEvent, EventType } from './catalogue.ts';

interface Row {
  id: number;
  type: EventType;
  data: string;
  actor: string;
  created_at: string;
}

export interface StoredEvent {
  readonly id: number;
  readonly event: DomainEvent;
  /** Who did it. */
  readonly actor: Actor;
  /** ISO-8601 UTC. */
  readonly createdAt: string;
}

const fromRow = (row: Row): StoredEvent => ({
  id: row.id,
  event: { type: row.type, data: JSON.parse(row.data) } as DomainEvent,
  actor: JSON.parse(row.actor) as Actor,
  createdAt: row.created_at,
});

/** The oldest events that no dispatcher has handled; found by state, never by "id > cursor", which misses late commits on PostgreSQL. */
export async function undispatchedEvents({ db }: Scope, limit: number): Promise<readonly StoredEvent[]> {
  const rows = await db<Row>('events')
    .whereNull('dispatched_at')
    .orderBy('id')
    .limit(limit)
    .select('id', 'type', 'data', 'actor', 'created_at');
  return rows.map(fromRow);
}

/** Of these events those that are still ours to handle: another process may have been faster, and is waited for while it is at it. */
export async function stillUndispatched({ db }: WriteScope, batch: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
  if (!isPostgres(db)) return batch;
  const ids = batch.map(({ id }) => id);
  const left = new Set<number>(await db('events').whereIn('id', ids).whereNull('dispatched_at').orderBy('id').forUpdate().pluck('id'));
  return batch.filter(({ id }) => left.has(id));
}

/** These events, in order. */
export async function eventsByIds({ db }: Scope, ids: readonly number[]): Promise<readonly StoredEvent[]> {
  return (
    await db<Row>('events')
      .whereIn('id', [...ids])
      .orderBy('id')
      .select('id', 'type', 'data', 'actor', 'created_at')
  ).map(fromRow);
}

/** The newest events after this one, in order; at most `limit`. */
export async function eventsAfter({ db }: Scope, id: number, limit: number): Promise<readonly StoredEvent[]> {
  const rows = await db<Row>('events')
    .where('id', '>', id)
    .orderBy('id', 'desc')
    .limit(limit)
    .select('id', 'type', 'data', 'actor', 'created_at');
  return rows.reverse().map(fromRow);
}

export async function markDispatched({ db, now }: WriteScope, ids: readonly number[]): Promise<void> {
  await db('events')
    .whereIn('id', [...ids])
    .update({ dispatched_at: now().toISOString() });
}

/** How long the oldest waiting event has waited, in milliseconds; 0 when none waits. */
export async function dispatchLagMs({ db, now }: Scope): Promise<number> {
  const row = await db<Row>('events').whereNull('dispatched_at').orderBy('id').first('created_at');
  return row ? Math.max(0, now().getTime() - Date.parse(row.created_at)) : 0;
}
