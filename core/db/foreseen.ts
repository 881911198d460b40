import type { Knex } from 'knex';

/** What was asked ahead for the work of a transaction, many answers by one question. */
export interface Foreseen<K, V> {
  put(tx: Knex.Transaction, key: K, value: V): void;
  /** Undefined: nobody asked ahead. */
  get(db: Knex, key: K): V | undefined;
  /** Of whoever changes the answer: from now on it is asked for. */
  forget(tx: Knex.Transaction, key: K): void;
}

export function createForeseen<K, V>(): Foreseen<K, V> {
  const answers = new WeakMap<Knex, Map<K, V>>();
  return {
    put: (tx, key, value) => void answers.set(tx, (answers.get(tx) ?? new Map<K, V>()).set(key, value)),
    get: (db, key) => answers.get(db)?.get(key),
    forget: (tx, key) => void answers.get(tx)?.delete(key),
  };
}
