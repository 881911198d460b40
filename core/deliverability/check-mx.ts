import { isIP } from 'node:net';
import type { Dns } from '../lib/dns.ts';
import { noAnswer, result } from './result.ts';
import { isName } from './spf-terms.ts';
import type { CheckResult, DomainFacts } from './types.ts';

/** As many as a sender tries. */
const MAX_HOSTS = 6;

/** MX (RFC 5321 §5.1): where answers to our mail go. */
export async function checkMx(dns: Dns, { domain, helloName }: DomainFacts): Promise<CheckResult> {
  const answer = await dns.lookup(domain, 'MX');
  if (answer.state === 'failed') return noAnswer('mx');
  const hosts = answer.state === 'found' ? answer.records.toSorted((a, b) => a.priority - b.priority) : [];
  // A name of this machine that nobody else can look up is no server to others.
  const record = isName(helloName) ? ({ type: 'MX', host: '@', value: `10 ${helloName}.` } as const) : null;
  if (hosts.length === 0) return result('mx', 'bad', 'missing', { record });
  const seen = hosts.map(({ exchange, priority }) => `${priority} ${exchange}`);
  if (hosts.some(({ exchange }) => exchange === '' || exchange === '.')) return result('mx', 'bad', 'none_wanted', { seen, record });
  const names = hosts.map(({ exchange }) => exchange);
  const values = { hosts: names.slice(0, 3).join(', ') };
  const there = await Promise.all(names.slice(0, MAX_HOSTS).map((name) => hasAddress(dns, name)));
  if (!there.some(Boolean)) return result('mx', 'bad', 'no_address', { values, seen });
  return result('mx', 'ok', 'right', { values, seen });
}

/** A number in the place of a name leads nowhere (RFC 5321 §5.1); when nobody answers, the name may be there. */
async function hasAddress(dns: Dns, name: string): Promise<boolean> {
  if (isIP(name) !== 0) return false;
  const answers = await Promise.all([dns.lookup(name, 'A'), dns.lookup(name, 'AAAA')]);
  return answers.some(({ state }) => state !== 'missing');
}

/** MTA-STS (RFC 8461) and TLS reports (RFC 8460): good to have, no fault to lack. */
export async function checkText(dns: Dns, name: 'mta_sts' | 'tls_rpt', { domain }: DomainFacts): Promise<CheckResult> {
  const [host, version] = name === 'mta_sts' ? (['_mta-sts', 'v=STSv1'] as const) : (['_smtp._tls', 'v=TLSRPTv1'] as const);
  const answer = await dns.lookup(`${host}.${domain}`, 'TXT');
  if (answer.state === 'failed') return noAnswer(name);
  const texts = answer.state === 'found' ? answer.records.map((strings) => strings.join('')) : [];
  const found = texts.filter((text) => text.toLowerCase().startsWith(version.toLowerCase()));
  return result(name, 'info', found.length > 0 ? 'there' : 'missing', { seen: found });
}
