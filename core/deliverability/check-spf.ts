import { isIP } from 'node:net';
import type { Dns } from '../lib/dns.ts';
import { isPublicAddress } from '../lib/public-address.ts';
import { noAnswer, result } from './result.ts';
import { evaluateSpf, MAX_LOOKUPS, type SpfAnswer, spfRecords, withSender } from './spf.ts';
import type { CheckResult, DnsRecord, DomainFacts } from './types.ts';

/** A machine that hands mail over, and its addresses. */
interface Sender {
  readonly host: string;
  /** Those of the public Internet: only they can be let in. */
  readonly addresses: readonly string[];
  /** A machine of our own network, which sends under an address that cannot be seen from here. */
  readonly isInside: boolean;
}

const LETS_ALL_IN = /\s\+?all\s*$/i;

/** SPF (RFC 7208): one record that lets in whoever sends for us, within ten questions. */
export async function checkSpf(dns: Dns, facts: DomainFacts): Promise<CheckResult> {
  const answer = await dns.lookup(facts.domain, 'TXT');
  if (answer.state === 'failed') return noAnswer('spf');
  const records = answer.state === 'found' ? spfRecords(answer.records) : [];
  const hosts = [...new Set([...facts.relays, ...(facts.isDirect ? [facts.helloName] : [])])];
  const [record] = records;
  if (record === undefined)
    return result('spf', 'bad', 'missing', { record: published(`v=spf1 mx ${hosts.map(mechanism).join(' ')} ~all`) });
  if (records.length > 1) return result('spf', 'bad', 'several', { values: { n: records.length }, seen: records });
  if (LETS_ALL_IN.test(record))
    return result('spf', 'bad', 'everybody', { seen: [record], record: published(record.replace(LETS_ALL_IN, ' ~all')) });
  const senders = await Promise.all(hosts.map((host) => senderOf(dns, host)));
  const known = senders.filter(({ addresses }) => addresses.length > 0);
  const inside = senders.filter(({ isInside }) => isInside).map(({ host }) => host);
  const answers = await Promise.all(
    known.flatMap((one) => one.addresses.map(async (ip) => ({ ...one, ip, ...(await evaluateSpf(dns, facts.domain, record, ip)) }))),
  );
  const lookups = Math.max(0, ...answers.map((one) => one.lookups));
  if (answers.some(({ verdict }) => verdict === 'temperror')) return noAnswer('spf');
  if (answers.some(isBroken))
    return result('spf', 'bad', lookups > MAX_LOOKUPS ? 'too_many' : 'broken', { values: { n: lookups }, seen: [record] });
  const refused = [...new Set(answers.filter(({ verdict }) => verdict !== 'pass').map(({ host }) => host))];
  if (refused.length > 0) {
    const better = refused.reduce((text, host) => withSender(text, mechanism(host)), record);
    const isOurs = facts.isDirect && refused.includes(facts.helloName);
    return result('spf', isOurs ? 'bad' : 'warn', isOurs ? 'not_us' : 'not_relay', {
      values: { hosts: refused.join(', ') },
      seen: [record],
      record: published(better),
    });
  }
  if (known.length === 0 && inside.length > 0)
    return result('spf', 'unknown', 'inside', { seen: [record], values: { hosts: inside.join(', ') } });
  if (known.length === 0)
    return result('spf', 'unknown', hosts.length === 0 ? 'no_sender' : 'no_address', {
      seen: [record],
      values: { hosts: hosts.join(', ') },
    });
  return result('spf', 'ok', 'right', { values: { n: lookups }, seen: [record] });
}

const isBroken = ({ verdict }: SpfAnswer): boolean => verdict === 'permerror';
const published = (value: string): DnsRecord => ({ type: 'TXT', host: '@', value: value.replace(/\s+/g, ' ') });
const mechanism = (host: string): string => (isIP(host) === 0 ? `a:${host}` : `ip${isIP(host)}:${host}`);

async function senderOf(dns: Dns, host: string): Promise<Sender> {
  const all = isIP(host) === 0 ? await addressesOf(dns, host) : [host];
  const addresses = all.filter(isPublicAddress).slice(0, 8);
  return { host, addresses, isInside: all.length > 0 && addresses.length === 0 };
}

async function addressesOf(dns: Dns, host: string): Promise<readonly string[]> {
  const [v4, v6] = await Promise.all([dns.lookup(host, 'A'), dns.lookup(host, 'AAAA')]);
  return [...(v4.state === 'found' ? v4.records : []), ...(v6.state === 'found' ? v6.records : [])];
}
