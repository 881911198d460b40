import { type Scope, transact } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { RawInboundId } from '../lib/ids.ts';
import { findRawInbound, reopenParked } from './store.ts';

/** "Try again": a parked thing or an unmatched report waits once more; the caller wakes the pump. One that is neither any more is left as it is. */
export async function retryInbound(scope: Scope, id: RawInboundId): Promise<void> {
  await transact(scope, async (tx) => {
    if (!(await reopenParked(tx, id)) && !(await findRawInbound(tx, id))) throw new NotFoundError('The message');
  });
}
