import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { BlockedAddressId } from '../lib/ids.ts';
import { markUnblocked } from './store.ts';

/** Lets mail go to the address again; who did it and when stays. Answers the address. Raises not_found when it is not blocked. */
export async function unblockAddress(scope: Scope | WriteScope, id: BlockedAddressId): Promise<string> {
  return transact(scope, async (tx) => {
    const address = await markUnblocked(tx, id, tx.actor.kind === 'agent' ? tx.actor.id : null);
    if (address === null) throw new NotFoundError('Blocked address');
    tx.emit({ type: 'address.unblocked', data: { blockedAddressId: id } });
    return address;
  });
}
