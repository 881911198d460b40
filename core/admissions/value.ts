import { domainOf, parseEmailAddress } from '../lib/email-address.ts';
import { parseNetwork } from '../lib/networks.ts';
import type { Subject } from './types.ts';

/** What a person typed in the form that is stored and compared; null when it is nothing that a mail could have. */
export function normalValue(subject: Subject, text: string): string | null {
  const typed = text.trim().toLowerCase();
  if (subject === 'network') {
    const network = parseNetwork(typed);
    if (network === null) return null;
    return network.prefix === (network.family === 'ipv4' ? 32 : 128) ? network.ip : `${network.ip}/${network.prefix}`;
  }
  const named = typed.replace(/^\*(?=[@.])/, '');
  if (named.includes('*')) return null;
  if (subject === 'sender' && /^[^@]+@/.test(named)) return parseEmailAddress(named);
  return normalDomain(named.replace(/^[@.]/, ''));
}

export function normalDomain(text: string): string | null {
  const address = parseEmailAddress(`x@${text}`);
  return address === null ? null : domainOf(address);
}
