import test, { type ExecutionContext } from 'ava';
import { checkDmarc } from '../../core/deliverability/check-dmarc.ts';
import type { CheckResult, DomainFacts } from '../../core/deliverability/types.ts';
import { createDns } from '../../core/dns/resolver.ts';
import type { Dns, DnsType } from '../../core/lib/dns.ts';
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

const OWN = 'rua=mailto:biuro@sklep.firma.com.test';
const REPORTS: readonly [rua: string, finding: string, published: string | null][] = [
  ['rua=mailto:raporty@poczta.test', 'reports_refused', `v=DMARC1; p=reject; ${OWN}`],
  ['rua=mailto:raporty@poczta.test!10m , mailto:x@inna.test; pct=100', 'reports_refused', `v=DMARC1; p=reject; ${OWN}; pct=100`],
  ['rua=mailto:raporty@zgodzil.test,mailto:raporty@poczta.test', 'right', null],
  ['rua=mailto:raporty@firma.com.test', 'right', null],
  ['rua=mailto:raporty@dmarc.sklep.firma.com.test', 'right', null],
  ['rua=biuro@sklep.firma.com.test', 'no_reports', `v=DMARC1; p=reject; ${OWN}`],
  ['rua=; fo=1', 'no_reports', `v=DMARC1; p=reject; ${OWN}; fo=1`],
];

test('Reports go only to who has agreed to take them, and to an address that is written as one', async (t) => {
  const dns = await startDns({ 'sklep.firma.com.test._report._dmarc.zgodzil.test': { txt: ['v=DMARC1'] } });
  t.teardown(dns.stop);
  for (const [rua, finding, published] of REPORTS) {
    const record = `v=DMARC1; p=reject; ${rua}`;
    const answering = createDns({ servers: [dns.server] });
    const found = { state: 'found', records: [[record]] } as const;
    const lookup = (name: string, type: DnsType) =>
      name === `_dmarc.${FACTS.domain}` ? Promise.resolve(found) : answering.lookup(name, type);
    const seen = await checkDmarc({ ...answering, lookup } as Dns, FACTS);
    t.is(seen.finding, finding, rua);
    t.is(seen.record?.value ?? null, published, rua);
  }
  const above = await look(t, { 'firma.com.test': 'v=DMARC1; p=reject; rua=mailto:x@poczta.test' });
  t.is(above.finding, 'above_no_reports');
});
