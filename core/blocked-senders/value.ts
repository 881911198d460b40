import { domainToASCII } from 'node:url';
import { parseEmailAddress } from '../lib/email-address.ts';
import type { BlockedKind } from './types.ts';

/** Names may be put in front of a domain without end. */
const MAX_ABOVE = 8;
const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** What a person typed, "jan@example.com", "example.com", "@example.com" or "*@example.com", in the form that is compared; null when it is neither. */
export function parseBlocked(text: string): { readonly kind: BlockedKind; readonly value: string } | null {
  const typed = text.trim().replace(/^\*(?=[@.])/, '');
  if (typed.indexOf('@') > 0) {
    const address = typed.includes('*') ? null : parseEmailAddress(typed);
    return address ? { kind: 'address', value: address } : null;
  }
  const domain = domainToASCII(typed.replace(/^[@.]|\.$/g, '').toLowerCase());
  return DOMAIN.test(domain) ? { kind: 'domain', value: domain } : null;
}

/** Every entry of the list that would block this address: itself, its domain and those of the domains above that which are the shortest. */
export function blockingValues(address: string): readonly string[] {
  const normalised = parseEmailAddress(address) ?? address.trim().toLowerCase();
  const at = normalised.lastIndexOf('@');
  const labels = at < 0 ? [] : (domainToASCII(normalised.slice(at + 1)) || normalised.slice(at + 1)).split('.');
  const domains = labels.map((_label, index) => labels.slice(index).join('.')).slice(0, -1);
  return [normalised, ...domains.slice(0, 1), ...domains.slice(1).slice(-MAX_ABOVE)].filter((value) => value !== '' && value.length <= 320);
}
