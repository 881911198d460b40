import { type Scope, transact } from '../db/scope.ts';
import { receiveReport } from '../deliveries/receive-report.ts';
import { hasUnfetched, linesAfter, markFetched } from './store.ts';
import type { Line, Visitor } from './types.ts';

/** What his window shows after a line (0 = the newest of all). It has them now: what of it is ours counts as delivered. */
export async function fetchLines(scope: Scope, visitor: Visitor, after: number): Promise<readonly Line[]> {
  const lines = await linesAfter(scope, visitor, after);
  const ids = lines.flatMap(({ id, isOurs }) => (isOurs ? [id] : []));
  if (ids.length > 0 && (await hasUnfetched(scope, visitor.id, ids))) await confirm(scope, visitor, ids);
  return lines;
}

async function confirm(scope: Scope, { id, inboxId, address }: Visitor, ids: readonly number[]): Promise<void> {
  await transact(scope, async (tx) => {
    for (const externalId of await markFetched(tx, id, ids)) {
      const about = { externalId, recipient: address };
      await receiveReport(tx, inboxId, { kind: 'report', about, outcome: 'delivered', status: null, diagnostic: null });
    }
  });
}
