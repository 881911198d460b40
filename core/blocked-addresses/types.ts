import { ConflictError } from '../lib/errors.ts';
import type { BlockedAddressId, ConversationId } from '../lib/ids.ts';

/** An address that refused mail for good: it gets none until an administrator unblocks it. */
export interface BlockedAddress {
  readonly id: BlockedAddressId;
  readonly address: string;
  /** What the other side said. */
  readonly reason: string;
  /** Such as "5.1.1" (RFC 3463), or null. */
  readonly enhancedStatus: string | null;
  /** Where the mail was refused. */
  readonly conversationId: ConversationId;
  readonly blockedAt: Date;
}

/** Some of the recipients are blocked; nothing was written or sent. */
export class AddressBlockedError extends ConflictError {
  readonly addresses: readonly string[];

  constructor(blocked: readonly BlockedAddress[]) {
    const addresses = blocked.map(({ address }) => address);
    super('address_blocked', `No mail is sent to ${addresses.join(', ')}: it was refused for good`, 'An administrator can unblock it.');
    this.addresses = addresses;
  }
}
