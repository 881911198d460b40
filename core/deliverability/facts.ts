import type { Scope } from '../db/scope.ts';
import { domainOf } from '../lib/email-address.ts';
import type { SendsFrom } from '../plugins/contract.ts';
import { listSendingDomains } from '../sending-domains/list-domains.ts';
import { recordValue } from '../sending-domains/record.ts';
import type { DomainFacts } from './types.ts';

/** An inbox that writes from a domain. */
export interface Sender extends SendsFrom {
  readonly address: string;
  /** The name with which this machine greets other mail servers. */
  readonly helloName: string;
}

export const isDomainAddress = (address: string): boolean => address.includes('@');

/** The domains that the senders write from, by name. */
export const domainsOf = (senders: readonly Sender[]): readonly string[] =>
  [...new Set(senders.map(({ address }) => domainOf(address)))].sort();

/** What we know of a domain of ours; null when nobody writes from it. */
export async function factsOf(scope: Scope, senders: readonly Sender[], domain: string): Promise<DomainFacts | null> {
  const own = senders.filter(({ address }) => domainOf(address) === domain);
  const [first] = own;
  if (!first) return null;
  const known = await listSendingDomains(scope, [first.address]);
  const keys = known.find((one) => one.domain === domain)?.keys ?? [];
  return {
    domain,
    addresses: own.map(({ address }) => address),
    relays: [...new Set(own.flatMap(({ relays }) => relays))],
    isDirect: own.some(({ isDirect }) => isDirect),
    helloName: first.helloName,
    keys: keys
      .filter(({ state }) => state !== 'retired')
      .map((key) => ({ selector: key.selector, value: recordValue(key), publicKey: key.publicKey, isActive: key.state === 'active' })),
  };
}
