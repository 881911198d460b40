import { filtersOf, readAddress } from '../conversations/address.ts';
import { countConversations } from '../conversations/count.ts';
import type { Scope } from '../db/scope.ts';
import { sightOf } from '../folders/sight.ts';
import type { AgentId } from '../lib/ids.ts';
import type { SavedView } from './types.ts';

/** Beyond this a number is only "many". */
const MOST = 100;

/** What stands beside each view: "", "7", "3+", "99+"; of what the actor sees. Nothing for one that searches for words: that is never counted. */
export async function countViews(scope: Scope, viewer: AgentId, views: readonly SavedView[]) {
  const sight = await sightOf(scope);
  const counted: { readonly id: number; readonly count: string }[] = [];
  for (const { id, query } of views) {
    const filters = filtersOf(readAddress(Object.fromEntries(new URLSearchParams(query))), viewer);
    const found = await countConversations(scope, { ...filters, sight }, MOST);
    counted.push({ id, count: found === null ? '' : shortly(found.count, found.isMore) });
  }
  return counted;
}

function shortly(count: number, isMore: boolean): string {
  if (count >= MOST) return `${MOST - 1}+`;
  if (count === 0 && !isMore) return '';
  return isMore ? `${count}+` : String(count);
}
