import { addressKey } from '../contacts/address.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import { isRecipientGone } from './permanent.ts';
import { findBlocked, insertBlocked } from './store.ts';
import { AddressBlockedError, type BlockedAddress } from './types.ts';

/** A refusal as it was recorded with its delivery. */
export interface Refusal {
  readonly address: string;
  readonly conversationId: ConversationId;
  readonly reason: string | null;
  readonly enhancedStatus: string | null;
}

/** Blocks the e-mail address when the refusal is about it and for good (features G16: the first one does, a transient one never). */
export async function blockWhenGone(tx: WriteScope, refusal: Refusal): Promise<void> {
  const { enhancedStatus, conversationId } = refusal;
  const address = addressKey(refusal.address);
  if (!address.includes('@') || !isRecipientGone(enhancedStatus, refusal.reason)) return;
  const id = await insertBlocked(tx, { address, enhancedStatus, conversationId, reason: refusal.reason ?? enhancedStatus ?? '' });
  if (id !== null) tx.emit({ type: 'address.blocked', data: { blockedAddressId: id } });
}

/** Which of these addresses are blocked; one query, none for no addresses. */
export const blockedAmong = (scope: Scope, addresses: readonly string[]): Promise<readonly BlockedAddress[]> =>
  findBlocked(scope, [...new Set(addresses.map(addressKey))]);

/** Raises address_blocked, naming those that are. */
export async function expectUnblocked(scope: Scope, addresses: readonly string[]): Promise<void> {
  const blocked = await blockedAmong(scope, addresses);
  if (blocked.length > 0) throw new AddressBlockedError(blocked);
}
