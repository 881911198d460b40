import type { WriteScope } from '../db/scope.ts';
import type { RawInboundId } from '../lib/ids.ts';
import { setPretending } from './store.ts';

/** Marks the conversation that this kept thing was received into: somebody in it is not who he says he is. The mark stays. */
export function markPretending(tx: WriteScope, id: RawInboundId): Promise<void> {
  return setPretending(tx, id);
}
