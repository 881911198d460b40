/**
 * Asks about one thing at a time of something that answers about many: what is asked while a question is on its way is asked together, by the
 * next one. The answer is whether it was among those that were named. When a question fails, so does everything asked by it.
 */
export function gather<Key>(ask: (keys: readonly Key[]) => Promise<ReadonlySet<Key>>): (key: Key) => Promise<boolean> {
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
      last = next.answer;
    }
    next.keys.add(key);
    return (await next.answer).has(key);
  };
}
