import { setTimeout as wait } from 'node:timers/promises';
import { addressKey } from '../contacts/address.ts';
import { type Scope, transact } from '../db/scope.ts';
import { blank, purgedEnvelopes } from './envelope-store.ts';

const AT_ONCE = 500;
/** Between them the database belongs to those who work. */
const PAUSE_MS = 5;

/** Takes these addresses out of what came and was deleted for good, by whatever rule and however long ago: the ledger needs none of them. False when it was broken off. */
export async function blankPurged(scope: Scope, addresses: readonly string[], signal: AbortSignal): Promise<boolean> {
  const wanted = new Set(addresses);
  for (let last: Awaited<ReturnType<typeof purgedEnvelopes>>[number] | null = null; !signal.aborted; await wait(PAUSE_MS)) {
    const some: Awaited<ReturnType<typeof purgedEnvelopes>> = await purgedEnvelopes(scope, last, AT_ONCE);
    const ids = some
      .filter(({ envelope }) => textsIn(JSON.parse(envelope)).some((text) => wanted.has(addressKey(text))))
      .map(({ id }) => id);
    if (ids.length > 0) await transact(scope, (tx) => blank(tx, ids));
    last = some.at(-1) ?? null;
    if (some.length < AT_ONCE) return true;
  }
  return false;
}

const textsIn = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
