import { BlockList, isIP } from 'node:net';
import type { Dns, DnsType } from '../lib/dns.ts';
import { expand, readTerms, type SpfTerm } from './spf-terms.ts';

/** RFC 7208 §4.6.4: more questions than this and a receiver gives up. */
export const MAX_LOOKUPS = 10;
const MAX_DEPTH = 10;

/** What an SPF record says of one address. `none`: it says nothing, as when it ends without `all`. */
export type SpfVerdict = 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'temperror' | 'permerror';

export interface SpfAnswer {
  readonly verdict: SpfVerdict;
  /** Questions that a receiver has to ask, at most one more than allowed. */
  readonly lookups: number;
  /** Whose records were read beside its own. */
  readonly included: ReadonlySet<string>;
}

const VERDICTS: Readonly<Record<string, SpfVerdict>> = { '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral' };

/** The SPF records among the TXT records of a name; a domain must have exactly one (RFC 7208 §4.5). */
export const spfRecords = (records: readonly (readonly string[])[]): readonly string[] =>
  records.map((strings) => strings.join('')).filter((text) => /^v=spf1(?: |$)/i.test(text));

/** Evaluates a record for an address, of a machine that greets as `helo`, as a receiver would (RFC 7208 §4). `ptr` matches nobody here. */
export async function evaluateSpf(dns: Dns, domain: string, record: string, address: string, helo = domain): Promise<SpfAnswer> {
  const budget = { lookups: 0, included: new Set<string>() };
  const verdict = await evaluate({ dns, address, sender: domain, helo, budget, depth: 0 }, domain, record);
  return { verdict: budget.lookups > MAX_LOOKUPS ? 'permerror' : verdict, ...budget };
}

interface Evaluation {
  readonly dns: Dns;
  readonly address: string;
  readonly sender: string;
  readonly helo: string;
  readonly budget: { lookups: number; readonly included: Set<string> };
  readonly depth: number;
}

async function evaluate(run: Evaluation, domain: string, record: string): Promise<SpfVerdict> {
  const terms = readTerms(record);
  if (terms === null) return 'permerror';
  for (const term of terms.mechanisms) {
    const found = await matches(run, term, domain);
    if (found === 'permerror' || found === 'temperror') return found;
    if (found) return VERDICTS[term.sign] ?? 'neutral';
    if (run.budget.lookups > MAX_LOOKUPS) return 'permerror';
  }
  if (terms.redirect === undefined) return 'none';
  run.budget.lookups += 1;
  return elsewhere(run, nameIn(run, terms.redirect, domain));
}

const nameIn = (run: Evaluation, target: string | undefined, domain: string): string =>
  target === undefined ? domain : expand(target, { ...run, domain }).toLowerCase();

async function matches(run: Evaluation, term: SpfTerm, domain: string): Promise<boolean | 'permerror' | 'temperror'> {
  const { address, budget } = run;
  const { mechanism, target, bits4, bits6 } = term;
  if (mechanism === 'all') return true;
  if (mechanism === 'ip4' || mechanism === 'ip6') return isWithin(address, target ?? '', bits4);
  budget.lookups += 1;
  const name = nameIn(run, target, domain);
  switch (mechanism) {
    case 'a':
      return hostMatches(run, name, bits4, bits6);
    case 'mx': {
      const hosts = await run.dns.lookup(name, 'MX');
      if (hosts.state !== 'found') return hosts.state === 'failed' ? 'temperror' : false;
      for (const { exchange } of hosts.records.slice(0, MAX_LOOKUPS)) {
        const found = await hostMatches(run, exchange, bits4, bits6);
        if (found) return found;
      }
      return false;
    }
    case 'include': {
      const inner = await elsewhere(run, name);
      return inner === 'pass' ? true : inner === 'permerror' || inner === 'temperror' ? inner : false;
    }
    case 'exists': {
      const answer = await run.dns.lookup(name, 'A');
      return answer.state === 'failed' ? 'temperror' : answer.state === 'found';
    }
    default:
      return false;
  }
}

/** What the record of another name says; none there is a mistake (RFC 7208 §5.2, §6.1). */
async function elsewhere(run: Evaluation, name: string): Promise<SpfVerdict> {
  if (run.depth >= MAX_DEPTH || run.budget.lookups > MAX_LOOKUPS) return 'permerror';
  run.budget.included.add(name);
  const answer = await run.dns.lookup(name, 'TXT');
  if (answer.state === 'failed') return 'temperror';
  const records = answer.state === 'found' ? spfRecords(answer.records) : [];
  const [record] = records;
  if (record === undefined || records.length > 1) return 'permerror';
  return evaluate({ ...run, depth: run.depth + 1 }, name, record);
}

async function hostMatches(run: Evaluation, host: string, bits4?: number, bits6?: number): Promise<boolean | 'temperror'> {
  const type: DnsType = isIP(run.address) === 6 ? 'AAAA' : 'A';
  const answer = await run.dns.lookup(host, type);
  if (answer.state !== 'found') return answer.state === 'failed' ? 'temperror' : false;
  return answer.records.some((one) => typeof one === 'string' && isWithin(run.address, one, type === 'A' ? bits4 : bits6));
}

function isWithin(address: string, network: string, bits: number | undefined): boolean {
  const version = isIP(network);
  if (version === 0 || version !== isIP(address)) return false;
  const most = version === 4 ? 32 : 128;
  const prefix = bits ?? most;
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
