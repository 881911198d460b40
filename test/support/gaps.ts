import { setTimeout as wait } from 'node:timers/promises';

/** How far something is, and whether there is something for it to do. */
export interface Progress {
  readonly count: number;
  readonly waits: boolean;
}

/** Measures for each of several things, in ms, the longest time that it had something to do and did not get on. */
export function watchGaps<Name extends string>(look: () => Promise<Readonly<Record<Name, Progress>>>) {
  const longest: Partial<Record<Name, number>> = {};
  const last = new Map<Name, { readonly count: number; readonly sinceMs: number }>();
  let isOver = false;
  const looking = (async (): Promise<void> => {
    while (!isOver) {
      const seen = await look();
      for (const name of Object.keys(seen) as Name[]) {
        const [{ count, waits }, before, nowMs] = [seen[name], last.get(name), Date.now()];
        // Time in which there was nothing to do does not count.
        if (before?.count === count && waits) longest[name] = Math.max(longest[name] ?? 0, nowMs - before.sinceMs);
        else last.set(name, { count, sinceMs: nowMs });
      }
      await wait(150);
    }
  })();
  return {
    end: async (): Promise<Readonly<Partial<Record<Name, number>>>> => {
      isOver = true;
      await looking;
      return longest;
    },
  };
}
