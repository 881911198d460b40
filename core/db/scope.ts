import { setTimeout as wait } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { DomainEvent } from '../events/catalogue.ts';
import type { AgentId } from '../lib/ids.ts';
import { whole } from './direct.ts';
import { isLocked, isRolledBack } from './transient.ts';

export type Actor = { kind: 'agent'; id: AgentId } | { kind: 'channel'; plugin: string } | { kind: 'system'; task: string };

/** By how much each counter changes. */
type Counts = ReadonlyMap<string, number>;

/** What a read needs. Created once per request, job or SMTP session. */
export interface Scope {
  readonly db: Knex;
  readonly now: () => Date;
  readonly actor: Actor;
  /** Called after commit; tells the event dispatcher to look at the outbox. */
  readonly wakeOutbox: () => void;
  /** Names this process in what it claims (core/db/peers.ts); null or absent: there is no other. */
  readonly claimant?: number | null;
}

/** What a write needs. Only `transact` makes one, so a write outside a transaction does not compile. */
export interface WriteScope extends Scope {
  readonly db: Knex.Transaction;
  /** Adds a row to `events` in this same transaction. */
  readonly emit: (event: DomainEvent) => void;
  /** Adds to `counters`, all at once at the end of the transaction: one of them is a row that everybody writes to. */
  readonly count: (changes: Counts) => void;
  /** Does this once everything else of the transaction is done, or of the part of it that may fail alone; before such a part begins at the latest. */
  readonly atEnd: (work: () => Promise<void>) => void;
}

const MAX_ATTEMPTS = 4;
/** How long a transaction waits for another process to finish writing. */
const LOCKED_MS = 10_000;
const LOOK_AGAIN_MS = 15;

/**
 * Runs `work` in one transaction, writes its events, commits, then wakes the dispatcher. Joins an open transaction.
 * When two transactions wait for each other PostgreSQL rolls one back: its `work` runs again, so it changes nothing outside the database.
 * While another process writes to SQLite it waits, ten seconds at most, and everybody else goes on.
 * No I/O but the database inside: SQLite has one connection. The outer scope inside `work` would wait for ever.
 */
export async function transact<T>(scope: Scope | WriteScope, work: (tx: WriteScope) => Promise<T>): Promise<T> {
  if ('emit' in scope) return work(scope);
  const giveUpAt = performance.now() + LOCKED_MS;
  for (let attempt = 1; ; ) {
    try {
      return await transactOnce(scope, work);
    } catch (error) {
      if (isLocked(error) && performance.now() < giveUpAt) {
        await wait(LOOK_AGAIN_MS * (1 + Math.random()));
        continue;
      }
      if (attempt === MAX_ATTEMPTS || !isRolledBack(error)) throw error;
      attempt += 1;
    }
  }
}

async function transactOnce<T>(scope: Scope, work: (tx: WriteScope) => Promise<T>): Promise<T> {
  const events: DomainEvent[] = [];
  const all = async (db: Knex.Transaction): Promise<T> => {
    const counted = new Map<string, number>();
    const value = await toItsEnd(
      { ...scope, db, emit: (event: DomainEvent) => void events.push(event), count: (changes: Counts) => addUp(changes, counted) },
      work,
    );
    await addToCounters(db, counted);
    if (events.length > 0) {
      const actor = JSON.stringify(scope.actor);
      const created_at = scope.now().toISOString();
      const rows = events.map((e) => ({ type: e.type, data: JSON.stringify(e.data), actor, created_at }));
      // SQLite takes at most 500 rows in one statement.
      for (let from = 0; from < rows.length; from += 100) await db('events').insert(rows.slice(from, from + 100));
    }
    return value;
  };
  const result = await scope.db.transaction((db) => whole(db, () => all(db)));
  if (events.length > 0) scope.wakeOutbox();
  return result;
}

/** Work inside a transaction that may fail alone: what it wrote and announced is undone, the rest of the transaction goes on. */
export async function attempt<T>(tx: WriteScope, work: (inner: WriteScope) => Promise<T>): Promise<T> {
  const events: DomainEvent[] = [];
  const counted = new Map<string, number>();
  // The part finds everything written that came before it.
  await doPutOff(tx.db);
  const inner = {
    ...tx,
    emit: (event: DomainEvent) => void events.push(event),
    count: (changes: Counts) => addUp(changes, counted),
  };
  const result = await tx.db.transaction((db) => whole(db, () => toItsEnd({ ...inner, db }, work)));
  for (const event of events) tx.emit(event);
  tx.count(counted);
  return result;
}

/** What was put off in each transaction, or part of one, that is under way. */
const putOff = new WeakMap<Knex, (() => Promise<void>)[]>();

async function toItsEnd<T>(tx: Omit<WriteScope, 'atEnd'>, work: (tx: WriteScope) => Promise<T>): Promise<T> {
  const put: (() => Promise<void>)[] = [];
  putOff.set(tx.db, put);
  const value = await work({ ...tx, atEnd: (end) => void put.push(end) });
  await doPutOff(tx.db);
  return value;
}

/** Each may put off more. */
async function doPutOff(db: Knex): Promise<void> {
  const put = putOff.get(db) ?? [];
  for (let next = put.shift(); next; next = put.shift()) await next();
}

function addUp(changes: Counts, into: Map<string, number>): void {
  for (const [name, by] of changes) into.set(name, (into.get(name) ?? 0) + by);
}

/** A counter that was not there starts at 0. Names in order, so that two writers never wait for each other in a ring. */
async function addToCounters(db: Knex.Transaction, changes: Counts): Promise<void> {
  const rows = [...changes].filter(([, by]) => by !== 0).map(([name, value]) => ({ name, value }));
  rows.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (let from = 0; from < rows.length; from += 100)
    await db('counters')
      .insert(rows.slice(from, from + 100))
      .onConflict('name')
      .merge({ value: db.raw('counters.value + excluded.value') });
}
