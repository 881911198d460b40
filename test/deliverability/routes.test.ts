import test, { type ExecutionContext } from 'ava';
import { checkDomain } from '../../core/deliverability/check-domain.ts';
import { factsOf, type Sender } from '../../core/deliverability/facts.ts';
import { checkDomainHandler, queueAllChecks } from '../../core/deliverability/queue-check.ts';
import { readDomain } from '../../core/deliverability/read-checks.ts';
import { deliverabilityRoutes } from '../../core/deliverability/routes.ts';
import { createDns } from '../../core/dns/resolver.ts';
import { scopeFor } from '../support/db.ts';
import { noDns, startDns } from '../support/dns.ts';
import { httpClient } from '../support/http-client.ts';
import { strictRenderer } from '../support/render.ts';
import { signIn, web } from '../support/web.ts';

const SENDERS: readonly Sender[] = [
  { address: 'biuro@firma.test', helloName: 'poczta.firma.test', relays: ['smtp.test'], isDirect: false },
  { address: 'sklep@firma.test', helloName: 'poczta.firma.test', relays: ['smtp.test'], isDirect: false },
];

async function site(t: ExecutionContext) {
  const scope = await scopeFor(t);
  const { base } = await web(t, deliverabilityRoutes({ senders: () => SENDERS }), { scope, renderer: strictRenderer() });
  const [administrator, ordinary] = [httpClient(base), httpClient(base)];
  signIn(administrator, 1);
  signIn(ordinary, 2);
  return { scope, administrator, ordinary };
}

test('A domain is checked by a job that the button queues, and its page shows sentences and the records to paste', async (t) => {
  const { scope, administrator } = await site(t);
  t.true((await administrator.get('/deliverability/firma.test')).text.includes('jeszcze nie sprawdzono'));
  const posted = await administrator.post('/deliverability/firma.test/checks');
  t.deepEqual([posted.status, posted.location], [303, '/deliverability/firma.test']);
  const [job] = await scope.db('jobs');
  t.is(job.kind, 'domain_check');
  const dns = await startDns({ 'firma.test': { txt: ['v=spf1 <b>mx</b> -all'] } });
  t.teardown(dns.stop);
  const handler = checkDomainHandler(createDns({ servers: [dns.server] }), () => SENDERS);
  await handler(scope, { id: 1, kind: job.kind, data: JSON.parse(job.data), attempts: 1 }, new AbortController().signal);
  const { text } = await administrator.get('/deliverability/firma.test');
  for (const part of ['Brak wpisu DMARC', 'v=DMARC1; p=none; rua=mailto:biuro@firma.test', 'Domena nie ma wpisu MX'])
    t.true(text.includes(part), part);
  t.false(text.includes('<b>mx'));
  const list = await administrator.get('/deliverability');
  t.true(list.text.includes('Wymaga naprawy') && list.text.includes('2 skrzynki'));
});

test('What changed between two looks is noted, and a DNS that was away is no change', async (t) => {
  const { scope, administrator } = await site(t);
  const dns = await startDns({});
  t.teardown(dns.stop);
  const facts = await factsOf(scope, SENDERS, 'firma.test');
  if (!facts) return t.fail();
  await checkDomain(scope, createDns({ servers: [dns.server] }), facts);
  const first = (await readDomain(scope, 'firma.test')).changes.length;
  await checkDomain(scope, noDns, facts);
  t.is((await readDomain(scope, 'firma.test')).changes.length, first);
  await dns.change({ '_dmarc.firma.test': { txt: ['v=DMARC1; p=reject; rua=mailto:a@firma.test'] } });
  await checkDomain(scope, createDns({ servers: [dns.server] }), facts);
  await checkDomain(scope, createDns({ servers: [dns.server] }), facts);
  const { changes } = await readDomain(scope, 'firma.test');
  t.deepEqual(
    changes.filter(({ name }) => name === 'dmarc').map(({ from, to }) => [from, to]),
    [['bad', 'ok']],
  );
  t.true((await administrator.get('/deliverability/firma.test')).text.includes('Ostatnie zmiany'));
});

test('The night looks at every domain once, and at none that nobody writes from', async (t) => {
  const { scope } = await site(t);
  await queueAllChecks(scope, SENDERS);
  t.is((await scope.db('jobs')).length, 1);
  await checkDomainHandler(noDns, () => [])(
    scope,
    { id: 1, kind: 'x', data: { domain: 'firma.test' }, attempts: 1 },
    new AbortController().signal,
  );
  t.is((await readDomain(scope, 'firma.test')).checks, null);
});

test('Deliverability is for administrators and for domains of ours only', async (t) => {
  const { administrator, ordinary } = await site(t);
  for (const path of ['/deliverability', '/deliverability/firma.test']) t.is((await ordinary.get(path)).status, 403, path);
  t.is((await ordinary.post('/deliverability/firma.test/checks')).status, 403);
  for (const domain of ['wp.pl', '..', '%00']) t.not((await administrator.get(`/deliverability/${domain}`)).status, 200, domain);
  t.is((await administrator.post('/deliverability/wp.pl/checks')).status, 404);
});
