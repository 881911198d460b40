import type { Scope } from '../db/scope.ts';
import { domainOf } from '../lib/email-address.ts';
import { allSigningKeys } from './store.ts';
import type { SigningKeyRecord } from './types.ts';

export interface SendingDomain {
  readonly domain: string;
  /** Inboxes that write from this domain; 0: it only has keys left. */
  readonly inboxes: number;
  /** Newest first. */
  readonly keys: readonly SigningKeyRecord[];
}

/** Domains of the given inbox addresses and those that still have keys, by name. */
export async function listSendingDomains(scope: Scope, addresses: readonly string[]): Promise<readonly SendingDomain[]> {
  const keys = await allSigningKeys(scope);
  const ours = addresses.map(domainOf);
  const names = [...new Set([...ours, ...keys.map((key) => key.domain)])].sort();
  return names.map((domain) => ({
    domain,
    inboxes: ours.filter((one) => one === domain).length,
    keys: keys.filter((key) => key.domain === domain),
  }));
}
