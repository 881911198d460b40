import { addressKey } from '../contacts/address.ts';
import type { Scope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import { allowedAmong } from './allow.ts';
import { conversationsWithAddresses } from './first-time-store.ts';

/** More addresses in one message are a mailing, in which nobody looks at each. */
const MOST = 20;
/** Of all conversations with them so many are looked at. */
const LOOKED_AT = 400;

/**
 * Those of the addresses with which the actor sees no conversation, and which do not take part in `here`: whoever writes there for the first
 * time may have made a mistake. What he may not see he is not told of: such an address is new to him.
 */
export async function firstTimeAmong(scope: Scope, addresses: readonly string[], here: ConversationId | null): Promise<readonly string[]> {
  const asked = new Map(addresses.slice(0, MOST).map((address) => [addressKey(address), address]));
  if (asked.size === 0) return [];
  const found = await conversationsWithAddresses(scope, [...asked.keys()], here, LOOKED_AT);
  const seen = await allowedAmong(
    scope,
    'conversation:read',
    found.map(({ id }) => id),
  );
  for (const { id, address } of found) if (seen.has(id)) asked.delete(address);
  return [...asked.values()];
}
