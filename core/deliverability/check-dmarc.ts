import type { Dns } from '../lib/dns.ts';
import { reportsOf, withReportsTo } from './report-address.ts';
import { noAnswer, result } from './result.ts';
import type { CheckResult, DnsRecord, DomainFacts } from './types.ts';

/** DMARC (RFC 7489): a policy, and an address that the reports of others come to. */
export async function checkDmarc(dns: Dns, { domain, addresses }: DomainFacts): Promise<CheckResult> {
  const answer = await dns.lookup(`_dmarc.${domain}`, 'TXT');
  if (answer.state === 'failed') return noAnswer('dmarc');
  const texts = answer.state === 'found' ? answer.records.map((strings) => strings.join('')) : [];
  const records = texts.filter(isDmarc);
  const address = addresses[0] ?? `postmaster@${domain}`;
  const watching = published(`v=DMARC1; p=none; rua=mailto:${address}`);
  const [seen] = records;
  if (seen === undefined) return (await fromAbove(dns, domain)) ?? result('dmarc', 'bad', 'missing', { seen: texts, record: watching });
  if (records.length > 1) return result('dmarc', 'bad', 'several', { values: { n: records.length }, seen: records });
  const tags = tagsOf(seen);
  const policy = (tags.get('p') ?? '').toLowerCase();
  if (!isPolicy(policy)) return result('dmarc', 'bad', 'broken', { seen: [seen], record: watching });
  const values = { policy };
  const reports = await reportsOf(dns, domain, tags.get('rua'));
  const collected = { seen: [seen], record: published(withReportsTo(seen, address)) };
  if (reports.state === 'none') return result('dmarc', 'warn', 'no_reports', { values, ...collected });
  if (reports.state === 'refused')
    return result('dmarc', 'warn', 'reports_refused', { values: { addresses: reports.addresses.join(', ') }, ...collected });
  if (policy === 'none')
    return result('dmarc', 'warn', 'only_watching', {
      values,
      seen: [seen],
      record: published(seen.replace(/\bp\s*=\s*none/i, 'p=quarantine')),
    });
  return result('dmarc', 'ok', 'right', { values, seen: [seen] });
}

const isDmarc = (text: string): boolean => /^v=DMARC1\s*(?:;|$)/i.test(text);
const isPolicy = (text: string): boolean => ['none', 'quarantine', 'reject'].includes(text);

/**
 * A domain without a record of its own has that of the nearest domain above which has one (RFC 7489 §6.6.3, RFC 9989 §4.10); null when none
 * has. A record of its own would take the place of it, so there is none to paste.
 */
async function fromAbove(dns: Dns, domain: string): Promise<CheckResult | null> {
  const labels = domain.split('.');
  // Eight questions are as many as receivers ask.
  const names = labels.map((_, at) => labels.slice(at).join('.')).slice(Math.max(1, labels.length - 8), -1);
  for (const name of names) {
    const answer = await dns.lookup(`_dmarc.${name}`, 'TXT');
    if (answer.state === 'failed') return noAnswer('dmarc');
    const [seen, ...others] = answer.state === 'found' ? answer.records.map((strings) => strings.join('')).filter(isDmarc) : [];
    if (seen === undefined || others.length > 0) continue;
    const tags = tagsOf(seen);
    const policy = (tags.get('sp') ?? tags.get('p') ?? '').toLowerCase();
    // That of a registry is about domains which it gives away.
    if (tags.get('psd')?.toLowerCase() === 'y' || !isPolicy(policy)) continue;
    const rest = { values: { domain: name, policy }, seen: [seen] };
    if (policy === 'none') return result('dmarc', 'warn', 'above_watching', rest);
    const { state } = await reportsOf(dns, name, tags.get('rua'));
    return state === 'come' ? result('dmarc', 'ok', 'above', rest) : result('dmarc', 'warn', 'above_no_reports', rest);
  }
  return null;
}

const published = (value: string): DnsRecord => ({ type: 'TXT', host: '_dmarc', value });

/** `a=b; c=d` (RFC 6376 §3.2), the first of equal names. */
export function tagsOf(text: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const tag of text.split(';')) {
    const at = tag.indexOf('=');
    const name = tag.slice(0, at).trim().toLowerCase();
    if (at > 0 && !tags.has(name)) tags.set(name, tag.slice(at + 1).trim());
  }
  return tags;
}
