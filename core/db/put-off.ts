import type { WriteScope } from './scope.ts';

/** What is written at the end of a transaction, all of it at once. */
export interface PutOff<K, V> {
  /** A later value takes the place of an earlier one. */
  put(tx: WriteScope, key: K, value: V): void;
  /** What the transaction has put off and not written yet. */
  get(tx: Pick<WriteScope, 'db'>, key: K): V | undefined;
  /** Writes now what was put off, for whoever would otherwise not find it. */
  write(tx: WriteScope): Promise<void>;
}

export function createPutOff<K, V>(writeAll: (tx: WriteScope, all: ReadonlyMap<K, V>) => Promise<void>): PutOff<K, V> {
  const waiting = new WeakMap<WriteScope['db'], Map<K, V>>();
  const write = async (tx: WriteScope): Promise<void> => {
    const all = waiting.get(tx.db);
    waiting.delete(tx.db);
    if (all) await writeAll(tx, all);
  };
  return {
    put: (tx, key, value) => {
      const all = waiting.get(tx.db) ?? new Map<K, V>();
      if (all.size === 0) tx.atEnd(() => write(tx));
      waiting.set(tx.db, all.set(key, value));
    },
    get: ({ db }, key) => waiting.get(db)?.get(key),
    write,
  };
}
