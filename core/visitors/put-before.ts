import { type Scope, transact } from '../db/scope.ts';
import { type Stream, windowOf } from '../events/stream.ts';
import type { InboxId } from '../lib/ids.ts';
import type { VisitorReach } from '../plugins/contract.ts';
import { findVisitor, insertLine } from './store.ts';
import { AROUND_MS, AWAY_MS } from './types.ts';

/** Puts a message of ours into a visitor's window and tells it; answers whether he looks, has closed it, has left, or his talk is over. Again it changes nothing. */
export async function putBefore(
  scope: Scope,
  { poke }: Pick<Stream, 'poke'>,
  inboxId: InboxId,
  address: string,
  externalId: string,
): Promise<VisitorReach> {
  const visitor = await findVisitor(scope, { address }, inboxId);
  if (!visitor) return 'gone';
  await transact(scope, (tx) => insertLine(tx, visitor.id, externalId, true));
  poke([windowOf(visitor.id)]);
  const ago = (at: Date | null): number => scope.now().getTime() - (at?.getTime() ?? 0);
  if (ago(visitor.seenAt) < AWAY_MS) return 'there';
  return ago(visitor.aroundAt) < AROUND_MS ? 'closed' : 'away';
}
