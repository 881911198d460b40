import test, { type ExecutionContext } from 'ava';
import { sendingDomainRoutes } from '../../core/sending-domains/routes.ts';
import { scopeFor } from '../support/db.ts';
import { noDns } from '../support/dns.ts';
import { httpClient } from '../support/http-client.ts';
import { strictRenderer } from '../support/render.ts';
import { KEYRING, signIn, web } from '../support/web.ts';

async function site(t: ExecutionContext, addresses: readonly string[]) {
  const scope = await scopeFor(t);
  const routes = sendingDomainRoutes({ keyring: KEYRING, dns: noDns, addresses: () => addresses });
  const { base } = await web(t, routes, { scope, renderer: strictRenderer() });
  const [administrator, ordinary] = [httpClient(base), httpClient(base)];
  signIn(administrator, 1);
  signIn(ordinary, 2);
  return { scope, administrator, ordinary };
}

test('Settings → Domains lists the domains of all inboxes with what is to be done next', async (t) => {
  const { administrator } = await site(t, ['biuro@firma.test', 'serwis@firma.test', 'kontakt@sklep.test']);
  const page = await administrator.get('/sending-domains');
  t.is(page.status, 200);
  for (const text of ['firma.test', '2 skrzynki wysyłają', 'sklep.test', '1 skrzynka wysyła', 'Utwórz klucz'])
    t.true(page.text.includes(text), text);
});

test('making, checking and removing a signing key works by form and never shows the private half', async (t) => {
  const { administrator, scope } = await site(t, ['biuro@firma.test']);
  await administrator.get('/sending-domains');
  t.is((await administrator.post('/sending-domains/firma.test/keys')).location, '/sending-domains');
  const page = await administrator.get('/sending-domains');
  const [, base = ''] = /action="(\/sending-domains\/firma\.test\/keys\/\d+)\/checks"/.exec(page.text) ?? [];
  for (const text of ['v=DKIM1; k=rsa; p=', '._domainkey', 'Czeka na wpis', 'firma.test']) t.true(page.text.includes(text), text);
  t.false(page.text.includes('PRIVATE'));
  t.is((await administrator.post(`${base}/activation`)).status, 409);
  t.is((await administrator.post(`${base}/checks`)).status, 303);
  t.true((await administrator.get('/sending-domains')).text.includes('Serwer DNS nie odpowiedział'));
  t.is((await administrator.post(`${base}/removal`)).status, 303);
  t.is((await scope.db('signing_keys')).length, 0);
});

test('nobody makes keys for a domain without an inbox, and only administrators make any', async (t) => {
  const { administrator, ordinary, scope } = await site(t, ['biuro@firma.test']);
  await administrator.get('/sending-domains');
  for (const domain of ['bank.test', 'FIRMA.test', '..%2f', 'firma.test%00'])
    t.is((await administrator.post(`/sending-domains/${domain}/keys`)).status, 404, domain);
  t.is((await ordinary.get('/sending-domains')).status, 403);
  t.is((await ordinary.post('/sending-domains/firma.test/keys')).status, 403);
  t.is((await scope.db('signing_keys')).length, 0);
});

test('Settings → Domains of an office without an inbox says where domains come from', async (t) => {
  const { administrator } = await site(t, []);
  t.true((await administrator.get('/sending-domains')).text.includes('Nie ma jeszcze żadnej domeny'));
});
