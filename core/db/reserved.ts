import type { Knex } from 'knex';
import { run } from './direct.ts';

/** Tables whose numbers nobody reads as a count: those that are not used leave gaps, as a transaction that fails does. */
export type Reserved = 'contacts' | 'messages';

const reserved = new WeakMap<Knex, Readonly<Record<Reserved, number[]>>>();

/** Asks PostgreSQL for the numbers of rows that a transaction is about to add: their inserts have no answer to wait for then. */
export async function reserveIds(tx: Knex.Transaction, wanted: Readonly<Record<Reserved, number>>): Promise<void> {
  const rows = await run<{ name: Reserved; id: number }>(
    tx,
    `select 'contacts' as name, nextval('contacts_id_seq')::int as id from generate_series(1, ?::int)
     union all select 'messages', nextval('messages_id_seq')::int from generate_series(1, ?::int)`,
    [wanted.contacts, wanted.messages],
  );
  const of = (table: Reserved): number[] => rows.filter(({ name }) => name === table).map(({ id }) => id);
  reserved.set(tx, { contacts: of('contacts'), messages: of('messages') });
}

/** The next of them; undefined: the database gives the number when the row is added. */
export const reservedId = (tx: Knex.Transaction, table: Reserved): number | undefined => reserved.get(tx)?.[table].shift();
