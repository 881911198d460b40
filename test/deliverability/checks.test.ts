import test, { type ExecutionContext } from 'ava';
import { lookAtDomain } from '../../core/deliverability/check-domain.ts';
import { checkRdns } from '../../core/deliverability/check-rdns.ts';
import { evaluateSpf, spfRecords, withSender } from '../../core/deliverability/spf.ts';
import type { CheckName, CheckResult, DomainFacts } from '../../core/deliverability/types.ts';
import { createDns } from '../../core/dns/resolver.ts';
import type { Dns, DnsAnswer, DnsType } from '../../core/lib/dns.ts';
import { noDns, startDns, type Zone } from '../support/dns.ts';

const NOW = new Date('2026-11-26T12:00:00Z');
const KEY = { selector: 'c1', value: 'v=DKIM1; k=rsa; p=AAAA', publicKey: 'AAAA', isActive: true };
const FACTS: DomainFacts = {
  domain: 'firma.test',
  addresses: ['biuro@firma.test'],
  relays: ['smtp.dostawca.test'],
  isDirect: false,
  helloName: 'poczta.firma.test',
  keys: [KEY],
};

const answer = <T extends DnsType>(record: string): DnsAnswer<T> => ({ state: 'found', records: [record] }) as unknown as DnsAnswer<T>;

const GOOD: Record<string, Zone> = {
  'firma.test': { txt: ['v=spf1 a:smtp.dostawca.test -all', 'inny wpis'], mx: ['10 mx.firma.test'] },
  'smtp.dostawca.test': { a: ['93.184.215.7'] },
  'mx.firma.test': { a: ['127.0.0.1'] },
  'c1._domainkey.firma.test': { txt: ['v=DKIM1; k=rsa; p=AAAA'] },
  '_dmarc.firma.test': { txt: ['v=DMARC1; p=reject; rua=mailto:biuro@firma.test'] },
};

/** `name state finding` of every check of the domain in this world. */
async function look(
  t: ExecutionContext,
  zones: Readonly<Record<string, Zone>>,
  facts: Partial<DomainFacts> = {},
): Promise<{ of: (name: CheckName) => string; result: (name: CheckName) => CheckResult | undefined }> {
  const dns = await startDns(zones);
  t.teardown(dns.stop);
  const results = await lookAtDomain(createDns({ servers: [dns.server] }), { ...FACTS, ...facts }, NOW);
  const result = (name: CheckName): CheckResult | undefined => results.find((one) => one.name === name);
  return { of: (name) => `${result(name)?.state} ${result(name)?.finding}`, result };
}

test('A domain with right records is right in every check that can be made', async (t) => {
  const { of } = await look(t, GOOD);
  t.is(of('spf'), 'ok right');
  t.is(of('dkim'), 'ok right');
  t.is(of('dmarc'), 'ok right');
  t.is(of('mx'), 'ok right');
  t.is(of('tls'), 'unknown not_public');
  t.is(of('rdns'), 'info by_relay');
  t.is(of('mta_sts'), 'info missing');
});

test('A domain without records gets each to paste, exactly', async (t) => {
  const { of, result } = await look(t, {}, { keys: [{ ...KEY, isActive: false }] });
  t.is(of('spf'), 'bad missing');
  t.deepEqual(result('spf')?.record, { type: 'TXT', host: '@', value: 'v=spf1 mx a:smtp.dostawca.test ~all' });
  t.is(of('dkim'), 'warn waiting');
  t.deepEqual(result('dkim')?.record, { type: 'TXT', host: 'c1._domainkey', value: KEY.value });
  t.is(of('dmarc'), 'bad missing');
  t.deepEqual(result('dmarc')?.record, { type: 'TXT', host: '_dmarc', value: 'v=DMARC1; p=none; rua=mailto:biuro@firma.test' });
  t.is(of('mx'), 'bad missing');
  t.deepEqual(result('mx')?.record, { type: 'MX', host: '@', value: '10 poczta.firma.test.' });
});

const SPF: readonly [record: string[], state: string, published?: string][] = [
  [['v=spf1 -all', 'v=spf1 mx -all'], 'bad several'],
  [['v=spf1 +all'], 'bad everybody', 'v=spf1 a:smtp.dostawca.test ~all'],
  [['v=spf1 mx all'], 'bad everybody', 'v=spf1 mx a:smtp.dostawca.test ~all'],
  [['v=spf1 a:smtp.dostawca.test +all'], 'bad everybody', 'v=spf1 a:smtp.dostawca.test ~all'],
  [['v=spf1 mx -all'], 'warn not_relay', 'v=spf1 mx a:smtp.dostawca.test -all'],
  [['v=spf1 mx'], 'warn not_relay', 'v=spf1 mx a:smtp.dostawca.test'],
  [['v=spf1 ip4:93.184.215.0/24 -all'], 'ok right'],
  [['v=spf1 ip4:93.184.215.0/40 a:smtp.dostawca.test -all'], 'bad broken'],
  [['v=spf1 include:_spf.dostawca.test ~all'], 'ok right'],
  [['v=spf1 include:loop.test -all'], 'bad too_many'],
  [['v=spf1 include:missing.test -all'], 'bad broken'],
  [['v=spf1 nonsense -all'], 'bad broken'],
  [['v=spf1 redirect=_spf.dostawca.test'], 'ok right'],
  [[`v=spf1 ${Array.from({ length: 11 }, (_, n) => `a:h${n}.test`).join(' ')} -all`], 'bad too_many'],
  [['V=SPF1 A:smtp.dostawca.test -ALL'], 'ok right'],
];

test('SPF is judged as a receiver would judge it, and the record to paste keeps what is there', async (t) => {
  for (const [records, expected, published] of SPF) {
    const zones = {
      ...GOOD,
      'firma.test': { txt: records, mx: ['10 mx.firma.test'] },
      '_spf.dostawca.test': { txt: ['v=spf1 ip4:93.184.215.7 ~all'] },
      'loop.test': { txt: ['v=spf1 include:loop.test -all'] },
    };
    const { of, result } = await look(t, zones);
    t.is(of('spf'), expected, records.join(' | '));
    if (published) t.is(result('spf')?.record?.value, published);
  }
});

test('A machine that sends by itself must be let in by SPF and have a name that leads both ways', async (t) => {
  const direct = { relays: [], isDirect: true };
  const world = { ...GOOD, 'poczta.firma.test': { a: ['93.184.216.34'] } };
  const without = await look(t, world, direct);
  t.is(without.of('spf'), 'bad not_us');
  // dnsmasq gives every address its name back, so this world has none.
  const nameless: Dns = {
    servers: [],
    forget: () => {},
    lookup: async (_name, type) => (type === 'A' ? answer('93.184.216.34') : { state: 'missing', name: false }),
  };
  const missing = await checkRdns(nameless, { ...FACTS, ...direct });
  t.deepEqual([missing.state, missing.finding], ['bad', 'missing']);
  t.deepEqual(missing.record, { type: 'PTR', host: '93.184.216.34', value: 'poczta.firma.test.' });
  t.is(without.of('rdns'), 'ok right');
  const other = { ...GOOD, 'host-34.provider.test': { a: ['93.184.216.34'] }, 'poczta.firma.test': { cname: 'host-34.provider.test' } };
  t.is((await look(t, other, direct)).of('rdns'), 'warn different');
  const inside = { ...GOOD, 'poczta.firma.test': { a: ['192.168.1.5'] } };
  t.is((await look(t, inside, direct)).of('rdns'), 'warn no_address');
});

const DMARC: readonly [record: string[], state: string, published?: string][] = [
  [['v=DMARC1; p=quarantine; rua=mailto:x@y.test'], 'ok right'],
  [['v=DMARC1; p=none; rua=mailto:x@y.test'], 'warn only_watching', 'v=DMARC1; p=quarantine; rua=mailto:x@y.test'],
  [['v=DMARC1; p=reject;'], 'warn no_reports', 'v=DMARC1; p=reject; rua=mailto:biuro@firma.test'],
  [['v=DMARC1; q=reject'], 'bad broken', 'v=DMARC1; p=none; rua=mailto:biuro@firma.test'],
  [['v=DMARC1; p=none', 'v=DMARC1; p=reject'], 'bad several'],
  [['something else'], 'bad missing', 'v=DMARC1; p=none; rua=mailto:biuro@firma.test'],
];

test('A relay in our own network cannot be judged from here, and one named by its address is let in by it', async (t) => {
  const inside = await look(t, { ...GOOD, 'smtp.dostawca.test': { a: ['192.168.1.9'] } });
  t.is(inside.of('spf'), 'unknown inside');
  t.is((await look(t, GOOD, { relays: ['127.0.0.1'] })).of('spf'), 'unknown inside');
  const named = await look(t, { ...GOOD, 'firma.test': { txt: ['v=spf1 mx -all'] } }, { relays: ['93.184.215.9'] });
  t.is(named.result('spf')?.record?.value, 'v=spf1 mx ip4:93.184.215.9 -all');
});

test('DMARC is read by its tags, and each weakness gets the record that cures it', async (t) => {
  for (const [records, expected, published] of DMARC) {
    const agreed = { 'firma.test._report._dmarc.y.test': { txt: ['v=DMARC1;'] } };
    const { of, result } = await look(t, { ...GOOD, ...agreed, '_dmarc.firma.test': { txt: records } });
    t.is(of('dmarc'), expected, records.join(' | '));
    if (published) t.is(result('dmarc')?.record?.value, published);
  }
});

test('A key that vanished, changed or does not sign yet is named', async (t) => {
  const zone = (text: string[]) => ({ ...GOOD, 'c1._domainkey.firma.test': { txt: text } });
  t.is((await look(t, { ...GOOD, 'c1._domainkey.firma.test': {} })).of('dkim'), 'bad vanished');
  t.is((await look(t, zone(['v=DKIM1; k=rsa; p=BBBB']))).of('dkim'), 'bad different');
  t.is((await look(t, GOOD, { keys: [{ ...KEY, isActive: false }] })).of('dkim'), 'warn not_signing');
  t.is((await look(t, GOOD, { keys: [] })).of('dkim'), 'warn no_key');
});

test('Without a DNS nothing is called wrong', async (t) => {
  const results = await lookAtDomain(noDns, FACTS, NOW);
  for (const { name, state, finding } of results) if (name !== 'rdns') t.deepEqual([state, finding], ['unknown', 'no_answer'], name);
});

test('An SPF record is changed without losing anything of it', (t) => {
  t.is(withSender('v=spf1 include:a.test redirect=b.test', 'a:c.test'), 'v=spf1 include:a.test a:c.test redirect=b.test');
  t.deepEqual(spfRecords([['v=spf1 ', '-all'], ['v=spf10 -all'], ['x']]), ['v=spf1 -all']);
});

test('A record that mentions itself for ever ends within the allowed questions', async (t) => {
  const dns = await startDns({ 'a.test': { txt: ['v=spf1 include:b.test -all'] }, 'b.test': { txt: ['v=spf1 include:a.test -all'] } });
  t.teardown(dns.stop);
  const { verdict, lookups } = await evaluateSpf(createDns({ servers: [dns.server] }), 'a.test', 'v=spf1 include:b.test -all', '192.0.2.1');
  t.is(verdict, 'permerror');
  t.true(lookups <= 11);
});
