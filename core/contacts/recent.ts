import type { Scope } from '../db/scope.ts';
import type { InboxId } from '../lib/ids.ts';
import { countRecent, listRecent } from './recent-store.ts';
import type { RecentContact } from './types.ts';

export const RECENT_DAYS = 30;
const SHOWN = 200;

const since = ({ now }: Scope): Date => new Date(now().getTime() - RECENT_DAYS * 86_400_000);

/** How many persons an inbox had to do with in the last thirty days. */
export const recentCount = (scope: Scope, inboxId: InboxId): Promise<number> => countRecent(scope, inboxId, since(scope));

/** Who they are, those with the most messages first. */
export async function recentContacts(
  scope: Scope,
  inboxId: InboxId,
): Promise<{ readonly count: number; readonly contacts: readonly RecentContact[] }> {
  return { count: await recentCount(scope, inboxId), contacts: await listRecent(scope, inboxId, since(scope), SHOWN) };
}
