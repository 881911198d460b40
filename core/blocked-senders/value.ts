import { domainToASCII } from 'node:url';
import { parseEmailAddress } from '../lib/email-address.ts';
import type { BlockedKind } from './types.ts';

const MAX_LABELS = 8;
const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** What a person typed, "jan@example.com", "example.com" or "@example.com", in the form that is compared; null when it is neither. */
export function parseBlocked(text: string): { readonly kind: BlockedKind; readonly value: string } | null {
  const typed = text.trim();
  if (typed.indexOf('@') > 0) {
    const address = parseEmailAddress(typed);
    return address ? { kind: 'address', value: address } : null;
  }
  const domain = domainToASCII(typed.replace(/^@/, '').toLowerCase());
  return DOMAIN.test(domain) ? { kind: 'domain', value: domain } : null;
}

/** Every entry of the list that would block this address: itself, its domain and the domains above that. */
export function blockingValues(address: string): readonly string[] {
  const normalised = parseEmailAddress(address) ?? address.trim().toLowerCase();
  const at = normalised.lastIndexOf('@');
  const labels = at < 0 ? [] : (domainToASCII(normalised.slice(at + 1)) || normalised.slice(at + 1)).split('.');
  const domains = labels.slice(0, MAX_LABELS).map((_label, index) => labels.slice(index).join('.'));
  return [normalised, ...domains.slice(0, -1)].filter((value) => value !== '' && value.length <= 320);
}
