import { isIP } from 'node:net';
import type { Dns } from '../lib/dns.ts';
import { isPublicAddress } from '../lib/public-address.ts';
import { noAnswer, result } from './result.ts';
import { evaluateSpf, MAX_LOOKUPS, type SpfAnswer, spfRecords, withSender } from './spf.ts';
import { mergedSpf } from './spf-merge.ts';
import { includeOf } from './spf-providers.ts';
import { isName, readTerms } from './spf-terms.ts';
import type { CheckResult, DnsRecord, DomainFacts } from './types.ts';

/** A machine that hands mail over, and its addresses. */
interface Sender {
  readonly host: string;
  /** Those of the public Internet: only they can be let in. */
  readonly addresses: readonly string[];
  /** A machine of our own network, by its address or a name that only we know: under which address it sends cannot be seen from here. */
  readonly isInside: boolean;
}

const LETS_ALL_IN = /\s\+?all\s*$/i;
/** Of no machine (RFC 5737): for it a receiver has to go through the whole record. */
const NOBODY = '192.0.2.1';

/** SPF (RFC 7208): one record that lets in whoever sends for us, within ten questions. */
export async function checkSpf(dns: Dns, facts: DomainFacts): Promise<CheckResult> {
  const answer = await dns.lookup(facts.domain, 'TXT');
  if (answer.state === 'failed') return noAnswer('spf');
  const records = answer.state === 'found' ? spfRecords(answer.records) : [];
  const hosts = [...new Set([...facts.relays, ...(facts.isDirect ? [facts.helloName] : [])])];
  const senders = await Promise.all(hosts.map((host) => senderOf(dns, host)));
  // One inside sends under an address that only the administrator knows.
  const inside = senders.filter(({ isInside }) => isInside).map(({ host }) => host);
  const [record] = records;
  if (record === undefined && inside.length > 0) return result('spf', 'bad', 'missing_inside', { values: { hosts: inside.join(', ') } });
  if (record === undefined)
    return result('spf', 'bad', 'missing', { record: published(`v=spf1 mx ${senders.map(mechanism).join(' ')} ~all`) });
  const known = senders.filter(({ addresses }) => addresses.length > 0);
  if (records.length > 1) {
    const one = await joined(dns, facts.domain, records, known);
    return result('spf', 'bad', 'several', { values: { n: records.length }, seen: records, record: one === null ? null : published(one) });
  }
  // Without the door that is open to everybody our own senders need one.
  const strict = record.replace(LETS_ALL_IN, ' ~all');
  const answers = await answersTo(dns, facts.domain, strict, known);
  const lookups = Math.max(0, ...answers.map((one) => one.lookups));
  if (answers.some(({ verdict }) => verdict === 'temperror')) return noAnswer('spf');
  if (readTerms(record) === null || answers.some(isBroken))
    return result('spf', 'bad', lookups > MAX_LOOKUPS ? 'too_many' : 'broken', { values: { n: lookups }, seen: [record] });
  const refused = turnedAway(known, answers);
  if (refused.length > 0 || strict !== record) {
    const values = { hosts: refused.map(({ host }) => host).join(', ') };
    const better = refused.length === 0 ? strict : await withSenders(dns, facts.domain, strict, refused);
    if (better === null) return result('spf', 'warn', 'no_room', { values, seen: [record] });
    if (strict !== record) return result('spf', 'bad', 'everybody', { seen: [record], record: published(better) });
    const isOurs = facts.isDirect && refused.some(({ host }) => host === facts.helloName);
    return result('spf', isOurs ? 'bad' : 'warn', isOurs ? 'not_us' : 'not_relay', { values, seen: [record], record: published(better) });
  }
  if (known.length === 0 && inside.length > 0)
    return result('spf', 'unknown', 'inside', { seen: [record], values: { hosts: inside.join(', ') } });
  if (known.length === 0)
    return result('spf', 'unknown', hosts.length === 0 ? 'no_sender' : 'no_address', {
      seen: [record],
      values: { hosts: hosts.join(', ') },
    });
  // Our own mail is let in before its end; that of others whom it names may not be.
  const whole = (await evaluateSpf(dns, facts.domain, record, NOBODY)).lookups;
  return whole > MAX_LOOKUPS
    ? result('spf', 'warn', 'too_many', { values: { n: whole }, seen: [record] })
    : result('spf', 'ok', 'right', { values: { n: Math.max(whole, lookups) }, seen: [record] });
}

const isBroken = ({ verdict }: SpfAnswer): boolean => verdict === 'permerror';
const published = (value: string): DnsRecord => ({ type: 'TXT', host: '@', value: value.replace(/\s+/g, ' ') });

/** What the record says of each address of these senders. */
function answersTo(dns: Dns, domain: string, record: string, senders: readonly Sender[]): Promise<readonly (Sender & SpfAnswer)[]> {
  return Promise.all(
    senders.flatMap((one) => one.addresses.map(async (ip) => ({ ...one, ...(await evaluateSpf(dns, domain, record, ip, one.host)) }))),
  );
}

const turnedAway = (senders: readonly Sender[], answers: readonly (Sender & SpfAnswer)[]): readonly Sender[] =>
  senders.filter(({ host }) => answers.some((one) => one.host === host && !isLetIn(one)));

/** One record in place of several, with our own senders in it; null where none can be offered that is certainly right. */
async function joined(dns: Dns, domain: string, records: readonly string[], senders: readonly Sender[]): Promise<string | null> {
  const merged = mergedSpf(records);
  if (merged === null) return null;
  const refused = turnedAway(senders, await answersTo(dns, domain, merged, senders));
  const better = refused.length === 0 ? merged : await withSenders(dns, domain, merged, refused);
  const { verdict = 'permerror' } = better === null ? {} : await evaluateSpf(dns, domain, better, NOBODY);
  return verdict === 'permerror' || verdict === 'temperror' ? null : better;
}

/** A provider's machines that take mail are not those that send it: the record that holds them counts. */
function isLetIn({ host, verdict, included }: Sender & SpfAnswer): boolean {
  const include = includeOf(host);
  return verdict === 'pass' || (include !== null && included.has(include));
}

/** What lets a sender in. */
function mechanism({ host }: Sender): string {
  const include = includeOf(host);
  if (include !== null) return `include:${include}`;
  if (isIP(host) !== 0) return `ip${isIP(host)}:${host}`;
  return `a:${host}`;
}

const byAddresses = ({ addresses }: Sender): string => addresses.map((address) => `ip${isIP(address)}:${address}`).join(' ');

/** The record with the senders let in, by name or, where that would be a question too many, by address; null when there is no room. */
async function withSenders(dns: Dns, domain: string, record: string, senders: readonly Sender[]): Promise<string | null> {
  for (const written of [mechanism, (one: Sender) => (includeOf(one.host) === null ? byAddresses(one) : mechanism(one))]) {
    const better = withSender(record, senders.map(written).join(' '));
    if ((await evaluateSpf(dns, domain, better, NOBODY)).lookups <= MAX_LOOKUPS) return better;
  }
  return null;
}

async function senderOf(dns: Dns, host: string): Promise<Sender> {
  const all = isIP(host) === 0 ? await addressesOf(dns, host) : [host];
  const addresses = all.filter(isPublicAddress).slice(0, 8);
  const isNamed = isIP(host) !== 0 || isName(host);
  return { host, addresses, isInside: addresses.length === 0 && (all.length > 0 || !isNamed) };
}

async function addressesOf(dns: Dns, host: string): Promise<readonly string[]> {
  const [v4, v6] = await Promise.all([dns.lookup(host, 'A'), dns.lookup(host, 'AAAA')]);
  return [...(v4.state === 'found' ? v4.records : []), ...(v6.state === 'found' ? v6.records : [])];
}
