import type { Dns } from '../lib/dns.ts';

/** `none`: the tag names no address. `refused`: whoever runs the domains of these addresses has not agreed to take reports about ours. */
export type Reports = { readonly state: 'come' | 'none' } | { readonly state: 'refused'; readonly addresses: readonly string[] };

/** Whether receivers send reports about a domain where its `rua` says: to a foreign domain only with its consent (RFC 7489 §7.1, RFC 9990 §4). */
export async function reportsOf(dns: Dns, domain: string, rua: string | undefined): Promise<Reports> {
  const addresses = (rua ?? '').split(',').flatMap((uri) => /^\s*mailto:([^\s@!?]+@[^\s@!?]+)/i.exec(uri)?.[1] ?? []);
  if (addresses.length === 0) return { state: /^\s*https?:/i.test(rua ?? '') ? 'come' : 'none' };
  const taken = await Promise.all(addresses.map((address) => isTaken(dns, domain, address.slice(address.indexOf('@') + 1).toLowerCase())));
  return taken.some(Boolean) ? { state: 'come' } : { state: 'refused', addresses };
}

/** When nobody answers it is taken to be agreed. */
async function isTaken(dns: Dns, domain: string, destination: string): Promise<boolean> {
  if (isRelated(domain, destination)) return true;
  const answer = await dns.lookup(`${domain}._report._dmarc.${destination}`, 'TXT');
  if (answer.state !== 'found') return answer.state === 'failed';
  return answer.records.some((strings) => /^v=DMARC1\s*(?:;|$)/i.test(strings.join('')));
}

/** One organisation as far as names tell: the last two labels are the same. */
const isRelated = (one: string, other: string): boolean => lastTwo(one) === lastTwo(other);
const lastTwo = (domain: string): string => domain.replace(/\.$/, '').split('.').slice(-2).join('.');

/** The record with its reports sent there, at the place where it said so before, or at its end. */
export function withReportsTo(record: string, address: string): string {
  const tags = record.replace(/[;\s]+$/, '').split(';');
  const at = tags.findIndex((tag) => /^\s*rua\s*=/i.test(tag));
  const written = ` rua=mailto:${address}`;
  return (at === -1 ? [...tags, written] : tags.with(at, written)).join(';');
}
