import type { Dns } from '../lib/dns.ts';
import { noAnswer, result } from './result.ts';
import type { CheckResult, DnsRecord, DomainFacts } from './types.ts';

/** DMARC (RFC 7489): a policy, and an address that the reports of others come to. */
export async function checkDmarc(dns: Dns, { domain, addresses }: DomainFacts): Promise<CheckResult> {
  const answer = await dns.lookup(`_dmarc.${domain}`, 'TXT');
  if (answer.state === 'failed') return noAnswer('dmarc');
  const texts = answer.state === 'found' ? answer.records.map((strings) => strings.join('')) : [];
  const records = texts.filter((text) => /^v=DMARC1\s*(?:;|$)/i.test(text));
  const rua = `rua=mailto:${addresses[0] ?? `postmaster@${domain}`}`;
  const [seen] = records;
  if (seen === undefined) return result('dmarc', 'bad', 'missing', { seen: texts, record: published(`v=DMARC1; p=none; ${rua}`) });
  if (records.length > 1) return result('dmarc', 'bad', 'several', { values: { n: records.length }, seen: records });
  const tags = tagsOf(seen);
  const policy = (tags.get('p') ?? '').toLowerCase();
  if (!['none', 'quarantine', 'reject'].includes(policy))
    return result('dmarc', 'bad', 'broken', { seen: [seen], record: published(`v=DMARC1; p=none; ${rua}`) });
  const values = { policy };
  if (!tags.get('rua'))
    return result('dmarc', 'warn', 'no_reports', { values, seen: [seen], record: published(`${seen.replace(/[;\s]+$/, '')}; ${rua}`) });
  if (policy === 'none')
    return result('dmarc', 'warn', 'only_watching', {
      values,
      seen: [seen],
      record: published(seen.replace(/\bp\s*=\s*none/i, 'p=quarantine')),
    });
  return result('dmarc', 'ok', 'right', { values, seen: [seen] });
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
