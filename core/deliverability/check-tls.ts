import { isIP } from 'node:net';
import type { Dns } from '../lib/dns.ts';
import { isPublicAddress } from '../lib/public-address.ts';
import { probeTls } from './probe-tls.ts';
import { noAnswer, result } from './result.ts';
import type { CheckResult, DomainFacts } from './types.ts';

const SOON_MS = 14 * 86_400_000;

/** The port of a mail server at an address; null = nothing is to be connected to there, such as a machine of our own network. */
export type PortFor = (address: string) => number | null;

/** Port 25 of public addresses only: an MX record may point anywhere. */
export const publicPort: PortFor = (address) => (isPublicAddress(address) ? 25 : null);

/** TLS of the first mail server of the domain: whether mail to us travels encrypted, and its certificate's dates. */
export async function checkTls(dns: Dns, { domain }: DomainFacts, now: Date, portFor: PortFor): Promise<CheckResult> {
  const answer = await dns.lookup(domain, 'MX');
  if (answer.state === 'failed') return noAnswer('tls');
  const [first] = answer.state === 'found' ? answer.records.toSorted((a, b) => a.priority - b.priority) : [];
  const host = first?.exchange.replace(/\.$/, '') ?? '';
  if (host === '') return result('tls', 'unknown', 'no_server');
  const answers = isIP(host) === 0 ? await Promise.all([dns.lookup(host, 'A'), dns.lookup(host, 'AAAA')]) : [];
  const addresses = answers.flatMap((one) => (one.state === 'found' ? one.records : []));
  const address = addresses.find((one) => portFor(one) !== null);
  const values = { host };
  if (addresses.length === 0) return result('tls', 'unknown', 'no_address', { values });
  if (address === undefined) return result('tls', 'unknown', 'not_public', { values });
  const offer = await probeTls(address, portFor(address) ?? 25, host);
  if (offer.state === 'unreachable') return result('tls', 'unknown', 'unreachable', { values, seen: [offer.reason] });
  if (offer.state === 'none') return result('tls', 'warn', 'none', { values });
  const until = offer.validTo.toISOString().slice(0, 10);
  const dated = { ...values, until };
  if (offer.validTo < now) return result('tls', 'warn', 'expired', { values: dated });
  if (!offer.isNameRight) return result('tls', 'warn', 'other_name', { values: dated });
  if (offer.validTo.getTime() - now.getTime() < SOON_MS) return result('tls', 'warn', 'ends_soon', { values: dated });
  return result('tls', 'ok', offer.isTrusted ? 'right' : 'own', { values: dated });
}
