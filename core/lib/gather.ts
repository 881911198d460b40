import { setTimeout as wait } from 'node:timers/promises';

/**
 * Asks about one thing at a time of something that answers about many: what is asked while a question is on its way is asked together, by the
 * next one. The answer is whether it was among those that were named. When a question fails, so does everything asked by it. A question begins
 * `paceMs` after the one before at the earliest, so that what comes one by one, but fast, is asked together too.
 */
export function gather<Key>(ask: (keys: readonly Key[]) => Promise<ReadonlySet<Key>>, paceMs = 0): (key: Key) => Promise<boolean> {
  let next: { readonly keys: Set<Key>; readonly answer: Promise<ReadonlySet<Key>> } | null = null;
  let last: Promise<unknown> = Promise.resolve();
  return async (key) => {
    if (next === null) {
      const keys = new Set<Key>();
      const begin = (): Promise<ReadonlySet<Key>> => {
        next = null;
        return ask([...keys]);
      };
      next = { keys, answer: last.then(begin, begin) };
      last = paceMs === 0 ? next.answer : Promise.allSettled([next.answer, wait(paceMs)]);
    }
    next.keys.add(key);
    return (await next.answer).has(key);
  };
}
