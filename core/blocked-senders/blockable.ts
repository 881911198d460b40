import { untaggedKey } from '../contacts/address.ts';
import { domainOf } from '../lib/email-address.ts';
import { isSharedDomain } from '../lib/shared-domains.ts';
import type { Endpoints } from '../messages/endpoint.ts';

/** What of a sender may be put on the list in passing, while looking at his mail. */
export interface Blockable {
  readonly sender: string | null;
  readonly domain: string | null;
}

/**
 * Spam likes to come from the very address that it goes to: what is ours is not offered, since the forms of our website and colleagues write from
 * there. Neither are domains that many share.
 */
export function blockable({ isOurs, isOurDomain }: Pick<Endpoints, 'isOurs' | 'isOurDomain'>, address: string): Blockable {
  if (!address.includes('@')) return { sender: null, domain: null };
  const domain = domainOf(address);
  return { sender: isOurs(untaggedKey(address)) ? null : address, domain: isOurDomain(domain) || isSharedDomain(domain) ? null : domain };
}
