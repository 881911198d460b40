import { setImmediate as turn } from 'node:timers/promises';
import type { Scope } from '../db/scope.ts';
import type { ContactId, ConversationId } from '../lib/ids.ts';
import { lastConversation, mergedInto, ofOthers, takingPart, talksOf } from './elsewhere-store.ts';
import type { Person } from './types.ts';

/** More at once would keep everybody else waiting. */
const AT_ONCE = 5_000;
/** Whoever takes part in more is no customer. */
const MOST = 5_000;
const SHOWN = 20;

/**
 * Conversations of others in which one of the addresses takes part, which a conversation of the contact was merged into, or in which somebody gave
 * one of the addresses as his.
 */
export async function elsewhere(scope: Scope, id: ContactId | null, addresses: readonly string[]): Promise<Person['elsewhere']> {
  const ids = new Set<ConversationId>([...(id === null ? [] : await mergedInto(scope, id)), ...(await talksOf(scope, addresses))]);
  const last = await lastConversation(scope);
  for (let after = 0; after < last && ids.size < MOST; after += AT_ONCE) {
    for (const one of await takingPart(scope, addresses, after, after + AT_ONCE)) ids.add(one);
    await turn();
  }
  const all = await ofOthers(scope, [...ids].slice(0, MOST), id);
  return { count: all.length, first: all.slice(0, SHOWN) };
}
