import { lockedHolder } from '../conversations/change.ts';
import { type Scope, transact } from '../db/scope.ts';
import { receiveReport } from '../deliveries/receive-report.ts';
import { messagesWithIds } from '../messages/match.ts';
import { countWaiting, hasUnfetched, linesAfter, markFetched } from './store.ts';
import { type Line, MAX_WAITING, type Visitor } from './types.ts';

/** What his window shows after a line (0 = the newest of all). It has them now: what of it is ours counts as delivered. */
export async function fetchLines(scope: Scope, visitor: Visitor, after: number): Promise<readonly Line[]> {
  const lines = await linesAfter(scope, visitor, after);
  const ids = lines.flatMap(({ id, isOurs }) => (isOurs ? [id] : []));
  if (ids.length > 0 && (await hasUnfetched(scope, visitor.id, ids))) await confirm(scope, visitor, ids);
  return lines;
}

/** How many messages his closed window would show, at most 10. Asking is no sign that he looks, and makes nothing delivered. */
export const waitingFor = (scope: Scope, visitor: Visitor): Promise<number> => countWaiting(scope, visitor, MAX_WAITING);

async function confirm(scope: Scope, { id, inboxId, address }: Visitor, ids: readonly number[]): Promise<void> {
  await transact(scope, async (tx) => {
    const fetched = await markFetched(tx, id, ids);
    // First the lock that every change of a delivery takes: its sender may be writing down this moment that it was handed over.
    for (const { messageId } of await messagesWithIds(tx, inboxId, fetched)) await lockedHolder(tx, messageId);
    for (const externalId of fetched) {
      const about = { externalId, recipient: address };
      await receiveReport(tx, inboxId, { kind: 'report', about, outcome: 'delivered', status: null, diagnostic: null });
    }
  });
}
