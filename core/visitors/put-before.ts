import { type Scope, transact } from '../db/scope.ts';
import { type Stream, windowOf } from '../events/stream.ts';
import type { InboxId } from '../lib/ids.ts';
import type { VisitorReach } from '../plugins/contract.ts';
import { findVisitor, insertLine } from './store.ts';
import { AWAY_MS } from './types.ts';

/** Puts a message of ours into a visitor's window and tells it; answers whether he looks, has left, or his talk is over. Again it changes nothing. */
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
  return scope.now().getTime() - visitor.seenAt.getTime() < AWAY_MS ? 'there' : 'away';
}
