import type { Dns } from '../lib/dns.ts';
import { publishedKey } from '../sending-domains/record.ts';
import { noAnswer, result } from './result.ts';
import type { CheckResult, DomainFacts } from './types.ts';

/** DKIM (RFC 6376): the key that signs is published, and is ours. */
export async function checkDkim(dns: Dns, { domain, keys }: DomainFacts): Promise<CheckResult> {
  const key = keys.find(({ isActive }) => isActive) ?? keys[0];
  if (!key) return result('dkim', 'warn', 'no_key');
  const record = { type: 'TXT', host: `${key.selector}._domainkey`, value: key.value } as const;
  const answer = await dns.lookup(`${record.host}.${domain}`, 'TXT');
  if (answer.state === 'failed') return noAnswer('dkim');
  const texts = answer.state === 'found' ? answer.records : [];
  const seen = texts.map((strings) => strings.join(''));
  const found = texts.map(publishedKey).filter((one) => one !== null);
  const values = { selector: key.selector };
  if (found.length === 0)
    return result('dkim', key.isActive ? 'bad' : 'warn', key.isActive ? 'vanished' : 'waiting', { values, seen, record });
  if (found.some((one) => one !== key.publicKey)) return result('dkim', 'bad', 'different', { values, seen, record });
  return result('dkim', key.isActive ? 'ok' : 'warn', key.isActive ? 'right' : 'not_signing', { values, seen });
}
