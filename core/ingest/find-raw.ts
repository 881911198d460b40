import type { Scope } from '../db/scope.ts';
import type { RawInboundId } from '../lib/ids.ts';
import { findRawInbound } from './store.ts';
import type { RawInboundRecord } from './types.ts';

/** A kept thing as it is now; null when there is none with this id. */
export const findRaw = (scope: Scope, id: RawInboundId): Promise<RawInboundRecord | null> => findRawInbound(scope, id);

/** Several of them, in the given order; those that are gone are left out. A handful at a time. */
export async function findRawInbounds(scope: Scope, ids: readonly RawInboundId[]): Promise<readonly RawInboundRecord[]> {
  const found = await Promise.all(ids.map((id) => findRawInbound(scope, id)));
  return found.filter((record) => record !== null);
}
