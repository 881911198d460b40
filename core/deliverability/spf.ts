import { BlockList, isIP } from 'node:net';
import type { Dns, DnsType } from '../lib/dns.ts';

/** RFC 7208 §4.6.4: more questions than this and a receiver gives up. */
export const MAX_LOOKUPS = 10;
const MAX_DEPTH = 10;
const TERM = /^([+\-~?])?(all|include|a|mx|ptr|ip4|ip6|exists)(?:[:]([^/\s]+))?(\/\d{1,3})?(?:\/\/(\d{1,3}))?$/i;

/** What an SPF record says of one address. `none`: it says nothing, as when it ends without `all`. */
export type SpfVerdict = 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'temperror' | 'permerror';

export interface SpfAnswer {
  readonly verdict: SpfVerdict;
  /** Questions that a receiver has to ask, at most one more than allowed. */
  readonly lookups: number;
}

const VERDICTS: Readonly<Record<string, SpfVerdict>> = { '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral' };

/** The SPF records among the TXT records of a name; a domain must have exactly one (RFC 7208 §4.5). */
export const spfRecords = (records: readonly (readonly string[])[]): readonly string[] =>
  records.map((strings) => strings.join('')).filter((text) => /^v=spf1(?: |$)/i.test(text));

/** Evaluates a record for an address as a receiver would (RFC 7208 §4), without macros: a mechanism with one matches nobody here. */
export async function evaluateSpf(dns: Dns, domain: string, record: string, address: string): Promise<SpfAnswer> {
  const budget = { lookups: 0 };
  const verdict = await evaluate({ dns, address, budget, depth: 0 }, domain, record);
  return { verdict: budget.lookups > MAX_LOOKUPS ? 'permerror' : verdict, lookups: budget.lookups };
}

interface Evaluation {
  readonly dns: Dns;
  readonly address: string;
  readonly budget: { lookups: number };
  readonly depth: number;
}

async function evaluate(run: Evaluation, domain: string, record: string): Promise<SpfVerdict> {
  const terms = record.trim().split(/\s+/).slice(1);
  for (const term of terms) {
    if (/^[a-z][a-z0-9._-]*=/i.test(term)) continue;
    const match = TERM.exec(term);
    if (!match) return 'permerror';
    const [, sign = '+', mechanism = '', target, bits4, bits6] = match;
    const found = await matches(run, mechanism.toLowerCase(), target ?? domain, target, bits4?.slice(1), bits6);
    if (found === 'permerror' || found === 'temperror') return found;
    if (found) return VERDICTS[sign] ?? 'neutral';
    if (run.budget.lookups > MAX_LOOKUPS) return 'permerror';
  }
  const redirect = terms.map((term) => /^redirect=([^%\s]+)$/i.exec(term)?.[1]).find((name) => name !== undefined);
  return redirect === undefined ? 'none' : nested(run, redirect);
}

async function matches(
  run: Evaluation,
  mechanism: string,
  name: string,
  given: string | undefined,
  bits4: string | undefined,
  bits6: string | undefined,
): Promise<boolean | 'permerror' | 'temperror'> {
  const { address, budget } = run;
  switch (mechanism) {
    case 'all':
      return true;
    case 'ip4':
    case 'ip6':
      return isWithin(address, given ?? '', bits4);
    case 'a':
      budget.lookups += 1;
      return hostMatches(run, name, bits4, bits6);
    case 'mx': {
      budget.lookups += 1;
      const hosts = await run.dns.lookup(name, 'MX');
      if (hosts.state !== 'found') return hosts.state === 'failed' ? 'temperror' : false;
      for (const { exchange } of hosts.records.slice(0, MAX_LOOKUPS)) {
        const found = await hostMatches(run, exchange, bits4, bits6);
        if (found) return found;
      }
      return false;
    }
    case 'include': {
      budget.lookups += 1;
      const inner = await nested(run, name);
      if (inner === 'none') return 'permerror';
      return inner === 'pass' ? true : inner === 'permerror' || inner === 'temperror' ? inner : false;
    }
    default:
      budget.lookups += 1;
      return false;
  }
}

async function nested(run: Evaluation, name: string): Promise<SpfVerdict> {
  if (run.depth >= MAX_DEPTH || run.budget.lookups > MAX_LOOKUPS || name.includes('%')) return 'permerror';
  const answer = await run.dns.lookup(name, 'TXT');
  if (answer.state === 'failed') return 'temperror';
  const records = answer.state === 'found' ? spfRecords(answer.records) : [];
  const [record] = records;
  if (record === undefined || records.length > 1) return records.length > 1 ? 'permerror' : 'none';
  return evaluate({ ...run, depth: run.depth + 1 }, name, record);
}

async function hostMatches(run: Evaluation, host: string, bits4?: string, bits6?: string): Promise<boolean | 'temperror'> {
  const type: DnsType = isIP(run.address) === 6 ? 'AAAA' : 'A';
  const answer = await run.dns.lookup(host, type);
  if (answer.state !== 'found') return answer.state === 'failed' ? 'temperror' : false;
  return answer.records.some((one) => typeof one === 'string' && isWithin(run.address, one, type === 'A' ? bits4 : bits6));
}

function isWithin(address: string, network: string, bits: string | undefined): boolean {
  const version = isIP(network);
  if (version === 0 || version !== isIP(address)) return false;
  const most = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : Number(bits);
  if (prefix > most) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, version === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/** The same record with another sender let in, before its `all` (or at its end). */
export function withSender(record: string, mechanism: string): string {
  const terms = record.trim().split(/\s+/);
  const at = terms.findIndex((term) => /^[+\-~?]?all$/i.test(term) || /^redirect=/i.test(term));
  return terms.toSpliced(at === -1 ? terms.length : at, 0, mechanism).join(' ');
}
