import type { Authentication, Pretence } from '../lib/authentication.ts';
import { domainOf, type NamedAddress, parseEmailAddress } from '../lib/email-address.ts';
import { fold } from '../lib/text.ts';

/** Who we are, as far as somebody may pretend to be one of us. */
export interface Ours {
  /** Of our inboxes. */
  readonly domains: ReadonlySet<string>;
  /** Addresses of our inboxes and agents. */
  readonly addresses: ReadonlySet<string>;
  /** Of agents and the company, as `foldedName` gives them. */
  readonly names: ReadonlySet<string>;
}

/** A name of one word is too common to be somebody's. */
export const foldedName = (name: string): string | null => {
  const words = fold(name)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  return words.length < 2 ? null : words.sort().join(' ');
};

/** What is suspicious only to us, beside what its own domain says: our name, our domain, an address in the name that is not its own. */
export function pretencesAgainstUs(authentication: Authentication, from: NamedAddress, ours: Ours): readonly Pretence[] {
  if (authentication.origin === 'own') return [];
  const domain = domainOf(from.address);
  const claimed = claimedDomain(from.name ?? '');
  const found: Pretence[] = [];
  // Mail of colleagues lies in an account unsigned: who handed it in cannot be told.
  const isTold = authentication.origin === 'outside';
  if (isTold && (ours.domains.has(domain) || ours.addresses.has(from.address)) && isUnconfirmed(authentication)) found.push('our_domain');
  if (ours.names.has(foldedName(from.name ?? '') ?? '') && !ours.domains.has(domain) && !ours.addresses.has(from.address))
    found.push('our_name');
  if (claimed !== null && claimed !== domain) found.push('other_address');
  return found;
}

/** Nothing confirms the domain, and that is not only because the DNS could not be asked. */
function isUnconfirmed({ spf, dkim, dmarc, pretences }: Authentication): boolean {
  if (pretences.includes('dmarc')) return false;
  if (dmarc?.result === 'pass' || (spf?.result === 'pass' && spf.aligned)) return false;
  return ![spf, dmarc, ...dkim].some((check) => check?.result === 'temperror') && !dkim.some((one) => one.result === 'pass' && one.aligned);
}

/** The domain of an address that somebody wrote into his name. */
function claimedDomain(name: string): string | null {
  const address = parseEmailAddress(/[^\s"'<>(),;:]{1,64}@[^\s"'<>(),;:]{3,255}/.exec(name)?.[0]);
  return address === null ? null : domainOf(address);
}
