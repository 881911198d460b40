import test, { type ExecutionContext } from 'ava';
import { checkDmarc } from '../../core/deliverability/check-dmarc.ts';
import type { CheckResult, DomainFacts } from '../../core/deliverability/types.ts';
import { createDns } from '../../core/dns/resolver.ts';
import { startDns } from '../support/dns.ts';

const FACTS: DomainFacts = {
  domain: 'sklep.firma.com.test',
  addresses: ['biuro@sklep.firma.com.test'],
  relays: [],
  isDirect: false,
  helloName: 'poczta.firma.com.test',
  keys: [],
};

async function look(
  t: ExecutionContext,
  records: Readonly<Record<string, string>>,
  facts: Partial<DomainFacts> = {},
): Promise<CheckResult> {
  const zones = Object.entries(records).map(([name, text]) => [`_dmarc.${name}`, { txt: [text] }] as const);
  const dns = await startDns(Object.fromEntries(zones));
  t.teardown(dns.stop);
  return checkDmarc(createDns({ servers: [dns.server] }), { ...FACTS, ...facts });
}

const INHERITED: readonly [above: string, state: string, policy: string][] = [
  ['v=DMARC1; p=reject; rua=mailto:x@firma.com.test', 'ok above', 'reject'],
  ['v=DMARC1; p=reject; sp=quarantine; rua=mailto:x@firma.com.test', 'ok above', 'quarantine'],
  ['v=DMARC1; p=reject; sp=none; rua=mailto:x@firma.com.test', 'warn above_watching', 'none'],
  ['v=DMARC1; p=none; rua=mailto:x@firma.com.test', 'warn above_watching', 'none'],
  ['v=DMARC1; p=reject', 'warn above_no_reports', 'reject'],
];

test('A domain without a record of its own has that of the domain above, which no record to paste weakens', async (t) => {
  for (const [above, expected, policy] of INHERITED) {
    const seen = await look(t, { 'firma.com.test': above });
    t.is(`${seen.state} ${seen.finding}`, expected, above);
    t.deepEqual(seen.values, { domain: 'firma.com.test', policy });
    t.deepEqual(seen.seen, [above]);
    t.is(seen.record, null);
  }
});

test('The nearest record counts, and one of a registry or of a broken kind is none of ours', async (t) => {
  const near = await look(
    t,
    { 'sklep.firma.com.test': 'v=DMARC1; p=reject; rua=mailto:x@firma.com.test', 'firma.com.test': 'v=DMARC1; p=none' },
    { domain: 'www.sklep.firma.com.test' },
  );
  t.deepEqual([near.finding, near.values['domain']], ['above', 'sklep.firma.com.test']);
  const registry = { 'com.test': 'v=DMARC1; psd=y; p=reject; rua=mailto:x@com.test', test: 'v=DMARC1; p=reject' };
  const without = await look(t, registry);
  t.is(`${without.state} ${without.finding}`, 'bad missing');
  t.is(without.record?.value, 'v=DMARC1; p=none; rua=mailto:biuro@sklep.firma.com.test');
  t.is((await look(t, { 'firma.com.test': 'v=DMARC1; rua=mailto:x@firma.com.test' })).finding, 'missing');
});
