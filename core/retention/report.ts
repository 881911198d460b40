import type { Scope } from '../db/scope.ts';
import { purgedBetween } from './store.ts';
import type { PurgedOriginal } from './types.ts';

const AT_ONCE = 500;

/** All that was deleted for good in a year (UTC), by whatever rule or person, in the order of deleting; read a part at a time. */
export async function* purgedIn(scope: Scope, year: number): AsyncGenerator<PurgedOriginal> {
  const [from, until] = [`${year}-`, `${year + 1}-`];
  for (let after: PurgedOriginal | null = null; ; ) {
    const part: readonly PurgedOriginal[] = await purgedBetween(scope, { from, until, after }, AT_ONCE);
    yield* part;
    after = part.at(-1) ?? null;
    if (!after || part.length < AT_ONCE) return;
  }
}
