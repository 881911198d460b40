import { parseEmailAddress, splitPlusTag } from '../../../core/lib/email-address.ts';
import type { InboxId } from '../../../core/lib/ids.ts';

/** What the listener knows of an inbox that is open. */
export interface OpenInbox {
  readonly address: string;
  /** It refuses what the sender's domain disowns. */
  readonly isStrict: boolean;
}

/**
 * The inbox that a RCPT TO address means, a plus tag ignored; null for everything that is not one of ours, whatever its form
 * (percent hack, quoted local part, address literal): nothing is ever relayed. Rejects when the lookup fails.
 */
export async function findRecipient(
  findInbox: (address: string) => Promise<InboxId | null>,
  opened: ReadonlyMap<InboxId, OpenInbox>,
  text: string,
): Promise<InboxId | null> {
  const address = parseEmailAddress(isPostmaster(text) ? postmasterOf(opened) : text);
  return address === null ? null : findInbox(splitPlusTag(address).base);
}

/** The only recipient without a domain (RFC 5321 §4.5.1). */
const isPostmaster = (text: string): boolean => text.toLowerCase() === 'postmaster';

/** The first inbox that is one. */
const postmasterOf = (opened: ReadonlyMap<InboxId, OpenInbox>): string | undefined =>
  [...opened.values()].map(({ address }) => address).find((address) => address.startsWith('postmaster@'));
