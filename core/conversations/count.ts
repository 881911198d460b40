import type { Scope } from '../db/scope.ts';
import { sightOf } from '../folders/sight.ts';
import { InvalidError } from '../lib/errors.ts';
import { narrowedBy } from './asked/narrow.ts';
import { readAsked } from './asked/read.ts';
import { countPage } from './count-store.ts';
import { baseOf } from './list.ts';
import { findEndOfLookedAt } from './store.ts';
import type { ListFilters } from './types.ts';

/**
 * How many of a list the actor sees, `upTo` at most; `isMore` = there may be more that were not looked at. Null for a search for words,
 * which is never counted, and for one that is not understood.
 */
export async function countConversations(
  scope: Scope,
  filters: ListFilters,
  upTo: number,
): Promise<{ readonly count: number; readonly isMore: boolean } | null> {
  const sight = filters.sight === undefined ? await sightOf(scope) : filters.sight;
  const page = { ...(await baseOf(scope, filters)), sight, found: null, sort: 'newest', after: null, limit: upTo } as const;
  const q = filters.q?.trim();
  if (!q) return { count: await countPage(scope, page), isMore: false };
  const asked = await readAsked(scope, q).catch((error: unknown) => {
    if (error instanceof InvalidError) return null;
    throw error;
  });
  if (asked === null || asked.terms) return null;
  const narrowed = narrowedBy(page, asked.conditions);
  const count = await countPage(scope, narrowed);
  return { count, isMore: narrowed.also.length > 0 && count < upTo && (await findEndOfLookedAt(scope, narrowed)) !== null };
}
