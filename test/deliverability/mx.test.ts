import test, { type ExecutionContext } from 'ava';
import { checkMx } from '../../core/deliverability/check-mx.ts';
import { checkTls } from '../../core/deliverability/check-tls.ts';
import type { DomainFacts } from '../../core/deliverability/types.ts';
import { createDns } from '../../core/dns/resolver.ts';
import { startDns, type Zone } from '../support/dns.ts';

const FACTS: DomainFacts = {
  domain: 'firma.test',
  addresses: ['biuro@firma.test'],
  relays: [],
  isDirect: false,
  helloName: 'poczta.firma.test',
  keys: [],
};

/** What is said of MX and TLS of a domain with these mail servers. */
async function look(
  t: ExecutionContext,
  mx: readonly string[],
  hosts: Readonly<Record<string, Zone>> = {},
  silent: readonly string[] = [],
) {
  const served = await startDns({ 'firma.test': { mx }, ...hosts }, silent);
  t.teardown(served.stop);
  const dns = createDns({ servers: [served.server], timeLimitMs: 300 });
  const [seen, tls] = [await checkMx(dns, FACTS), await checkTls(dns, FACTS, new Date(), () => null)];
  return { mx: `${seen.state} ${seen.finding}`, tls: `${tls.state} ${tls.finding}`, values: seen.values };
}

test('Mail servers that are not in the DNS take no mail', async (t) => {
  const gone = await look(t, ['10 mx.firma.test', '20 mx2.firma.test']);
  t.deepEqual(gone, { mx: 'bad no_address', tls: 'unknown no_address', values: { hosts: 'mx.firma.test, mx2.firma.test' } });
  const number = await look(t, ['10 93.184.216.34']);
  t.deepEqual(number, { mx: 'bad no_address', tls: 'unknown no_address', values: { hosts: '93.184.216.34' } });
});

test('One that is there is enough, by IPv6 too, and a DNS that is silent says nothing against any', async (t) => {
  t.is((await look(t, ['10 mx.firma.test', '20 mx2.firma.test'], { 'mx2.firma.test': { a: ['93.184.216.34'] } })).mx, 'ok right');
  t.deepEqual(await look(t, ['10 mx.firma.test'], { 'mx.firma.test': { a: ['2a01:4f8::1'] } }), {
    mx: 'ok right',
    tls: 'unknown not_public',
    values: { hosts: 'mx.firma.test' },
  });
  t.is((await look(t, ['10 mx.silent.test'], {}, ['silent.test'])).mx, 'ok right');
});
