import { domainOf } from '../../../core/lib/email-address.ts';
import { isSharedDomain } from '../../../core/lib/shared-domains.ts';
import type { SendsFrom } from '../../../core/plugins/contract.ts';
import type { EmailSettings } from '../settings.ts';

/** The machines that hand an inbox's mail over; null for an address in a domain that a provider shares among strangers. */
export function sendsFrom({ route, relay, secondRelay }: EmailSettings, address: string): SendsFrom | null {
  if (isSharedDomain(domainOf(address))) return null;
  const relays = [relay, secondRelay].flatMap((one) => (one ? [one.host] : []));
  return route === 'direct' ? { relays: [], isDirect: true } : { relays, isDirect: false };
}
