import type { Dns } from '../../../core/lib/dns.ts';
import type { SendOutcome } from '../../../core/plugins/contract.ts';
import type { AllowedServers } from './allowed.ts';

/** One address of a server that takes mail for a domain. */
export interface MailServer {
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

/** Where mail for a domain goes, best first; or why it goes nowhere. */
export type MailServers =
  | { readonly state: 'found'; readonly servers: readonly MailServer[] }
  | { readonly state: 'none'; readonly outcome: Extract<SendOutcome, { state: 'deferred' | 'refused' }> };

/** As many as a sender has to try at all (RFC 5321 §5.1 asks for at least two). */
const MAX_HOSTS = 6;
const MAX_SERVERS = 8;

/** Looks up who takes mail for a domain (RFC 5321 §5.1): MX by preference, equal ones in any order, without MX the domain itself, none for a null MX (RFC 7505). */
export async function mailServers(dns: Dns, domain: string, allowed: AllowedServers, random = Math.random): Promise<MailServers> {
  const answer = await dns.lookup(domain, 'MX');
  if (answer.state === 'failed')
    return deferred(`The DNS did not say who takes mail for ${domain} (${answer.code})`, 'dns_silent', '4.4.3');
  if (answer.state === 'missing' && !answer.name) return refused(`There is no domain ${domain}`, 'no_domain', '5.1.2');
  const records = answer.state === 'found' ? answer.records : [];
  if (records.some(({ exchange }) => exchange === '' || exchange === '.'))
    return refused(`${domain} says that it takes no mail (RFC 7505)`, 'null_mx', '5.1.10');
  const order = records.map((record) => ({ ...record, random: random() }));
  order.sort((a, b) => a.priority - b.priority || a.random - b.random);
  const hosts = records.length === 0 ? [domain] : order.slice(0, MAX_HOSTS).map(({ exchange }) => exchange.toLowerCase());
  const found = await Promise.all(hosts.map((host) => addressesOf(dns, host)));
  const all = found.flatMap(({ addresses }, index) => addresses.map((address) => ({ host: hosts[index] ?? domain, address })));
  const servers = all.flatMap((one) => {
    const port = allowed.portFor(one.address);
    return port === null ? [] : [{ ...one, port }];
  });
  if (servers.length > 0) return { state: 'found', servers: servers.slice(0, MAX_SERVERS) };
  if (all.length > 0)
    return refused(`The mail servers of ${domain} have addresses of a private network (${all[0]?.address})`, 'private_mx', '5.4.4');
  if (found.some(({ failed }) => failed)) return deferred(`The DNS did not say where ${hosts.join(', ')} is`, 'dns_silent', '4.4.3');
  return refused(`${domain} has no mail server: ${hosts.join(', ')} has no address`, 'no_mail_server', '5.1.2');
}

/** IPv4 first: an IPv6 address without a reverse name is refused by many. */
async function addressesOf(dns: Dns, host: string): Promise<{ addresses: readonly string[]; failed: boolean }> {
  const answers = await Promise.all([dns.lookup(host, 'A'), dns.lookup(host, 'AAAA')]);
  return {
    addresses: answers.flatMap((answer) => (answer.state === 'found' ? answer.records : [])),
    failed: answers.some(({ state }) => state === 'failed'),
  };
}

const deferred = (reason: string, note: string, status: string): MailServers => ({
  state: 'none',
  outcome: { state: 'deferred', reason, status, note },
});
const refused = (reason: string, note: string, status: string): MailServers => ({
  state: 'none',
  outcome: { state: 'refused', reason, status, note },
});
