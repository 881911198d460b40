import { parseEmailAddress, splitPlusTag } from '../../../core/lib/email-address.ts';
import type { InboxId } from '../../../core/lib/ids.ts';

/**
 * The inbox that a RCPT TO address means, a plus tag ignored; null for everything that is not one of ours, whatever its form
 * (percent hack, quoted local part, address literal): nothing is ever relayed. Rejects when the lookup fails.
 */
export async function findRecipient(findInbox: (address: string) => Promise<InboxId | null>, text: string): Promise<InboxId | null> {
  const address = parseEmailAddress(text);
  return address === null ? null : findInbox(splitPlusTag(address).base);
}
