import { createPrivateKey, createPublicKey } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import type { Scope } from '../../core/db/scope.ts';
import { createDns } from '../../core/dns/resolver.ts';
import { checkAwaitedKeys, checkKey } from '../../core/sending-domains/check-key.ts';
import { listSendingDomains } from '../../core/sending-domains/list-domains.ts';
import { makeSigningKey } from '../../core/sending-domains/make-key.ts';
import { recordName, recordValue, zoneValue } from '../../core/sending-domains/record.ts';
import { signingKeys } from '../../core/sending-domains/signing-keys.ts';
import { removeKey, signWithKey } from '../../core/sending-domains/switch-key.ts';
import { scopeFor } from '../support/db.ts';
import { noDns, startDns } from '../support/dns.ts';
import { KEYRING } from '../support/web.ts';

const DOMAIN = 'firma.test';

async function keyOf(scope: Scope, state: string) {
  const [domain] = await listSendingDomains(scope, [`biuro@${DOMAIN}`]);
  const key = domain?.keys.find((one) => one.state === state);
  if (!key) throw new Error(`no ${state} key`);
  return key;
}

/** A name server that says what `records` holds; every look asks anew. */
async function world(t: ExecutionContext, records: Record<string, readonly string[]> = {}) {
  const zones = (all: Record<string, readonly string[]>) => Object.fromEntries(Object.entries(all).map(([name, txt]) => [name, { txt }]));
  const server = await startDns(zones(records));
  t.teardown(server.stop);
  return {
    say: (all: Record<string, readonly string[]>) => server.change(zones(all)),
    look: () => createDns({ servers: [server.server] }),
  };
}

test('a new signing key waits for its record, and only then signs by itself', async (t) => {
  const scope = await scopeFor(t);
  const dns = await world(t);
  const id = await makeSigningKey(scope, KEYRING, DOMAIN);
  t.like(await checkKey(scope, dns.look(), DOMAIN, id), { state: 'making', problem: 'missing' });
  t.deepEqual(await signingKeys(scope, KEYRING, DOMAIN), []);

  const made = await keyOf(scope, 'making');
  t.regex(recordName(made), /^c\d{8}\._domainkey\.firma\.test$/);
  await dns.say({ [recordName(made)]: ['v=DKIM1; k=rsa; p=MIIBIjANBgkq'] });
  t.like(await checkKey(scope, dns.look(), DOMAIN, id), { state: 'making', problem: 'different' });
  await dns.say({ [recordName(made)]: [recordValue(made)] });
  t.like(await checkKey(scope, dns.look(), DOMAIN, id), { state: 'active', problem: null });

  const [key] = await signingKeys(scope, KEYRING, DOMAIN);
  const publicKey = createPublicKey(createPrivateKey(key?.privateKey ?? ''));
  t.is(publicKey.export({ type: 'spki', format: 'der' }).toString('base64'), made.publicKey);
  t.is(publicKey.asymmetricKeyDetails?.modulusLength, 2048);
  t.deepEqual(await signingKeys(scope, KEYRING, 'inna.test'), []);
});

test('the private half of a signing key is never in the database in clear', async (t) => {
  const scope = await scopeFor(t);
  await makeSigningKey(scope, KEYRING, DOMAIN);
  const [row] = await scope.db('signing_keys');
  t.false(JSON.stringify(row).includes('PRIVATE KEY'));
  t.true(KEYRING.decrypt('signing-key', row.private_key).includes('BEGIN PRIVATE KEY'));
});

test('a second key signs only after the switch, and the first one is retired without its private half', async (t) => {
  const scope = await scopeFor(t);
  const dns = await world(t);
  const first = await makeSigningKey(scope, KEYRING, DOMAIN);
  await t.throwsAsync(makeSigningKey(scope, KEYRING, DOMAIN), { code: 'key_waiting' });
  const one = await keyOf(scope, 'making');
  await dns.say({ [recordName(one)]: [recordValue(one)] });
  t.is(await checkAwaitedKeys(scope, dns.look()), 1);

  const second = await makeSigningKey(scope, KEYRING, DOMAIN);
  await t.throwsAsync(signWithKey(scope, DOMAIN, second), { code: 'key_unpublished' });
  t.is((await signingKeys(scope, KEYRING, DOMAIN))[0]?.selector, one.selector, 'a refused switch changes nothing');
  const two = await keyOf(scope, 'making');
  t.is(two.selector, `${one.selector}-2`);
  await dns.say({ [recordName(one)]: [recordValue(one)], [recordName(two)]: [recordValue(two)] });
  t.like(await checkKey(scope, dns.look(), DOMAIN, second), { state: 'published' });
  t.is((await signingKeys(scope, KEYRING, DOMAIN))[0]?.selector, one.selector);

  await signWithKey(scope, DOMAIN, second);
  t.is((await signingKeys(scope, KEYRING, DOMAIN))[0]?.selector, two.selector);
  t.is((await keyOf(scope, 'retired')).id, first);
  t.is((await scope.db('signing_keys').where({ id: first }).first()).private_key, null);
  await removeKey(scope, DOMAIN, first);
  await removeKey(scope, DOMAIN, second);
  t.deepEqual(await signingKeys(scope, KEYRING, DOMAIN), [], 'a removed active key stops signing');
  await t.throwsAsync(removeKey(scope, 'inna.test', second), { code: 'not_found' });
});

test('a key that is made anew after one was removed has a selector of its own, however often that happens in a day', async (t) => {
  const now = { at: new Date('2026-11-30T10:00:00Z') };
  const scope = { ...(await scopeFor(t)), now: () => now.at };
  const seen: string[] = [];
  const makeAndRemove = async (): Promise<void> => {
    const id = await makeSigningKey(scope, KEYRING, DOMAIN);
    seen.push((await keyOf(scope, 'making')).selector);
    await removeKey(scope, DOMAIN, id);
  };
  for (let times = 0; times < 3; times += 1) await makeAndRemove();
  now.at = new Date('2026-12-01T10:00:00Z');
  for (let times = 0; times < 2; times += 1) await makeAndRemove();
  t.deepEqual(seen, ['c20261130', 'c20261130-2', 'c20261130-3', 'c20261201', 'c20261201-2']);
});

test('a machine without DNS is told that nobody answered', async (t) => {
  const scope = await scopeFor(t);
  const id = await makeSigningKey(scope, KEYRING, DOMAIN);
  t.like(await checkKey(scope, noDns, DOMAIN, id), { state: 'making', problem: 'no_answer' });
  t.is(await checkAwaitedKeys(scope, noDns), 0);
});

test('a record is shown whole and in quoted parts that a TXT record can hold', async (t) => {
  const scope = await scopeFor(t);
  await makeSigningKey(scope, KEYRING, DOMAIN);
  const value = recordValue(await keyOf(scope, 'making'));
  const parts = zoneValue(value)
    .split(' "')
    .map((part) => part.replaceAll('"', ''));
  t.is(parts.join(''), value);
  t.true(parts.length === 2 && parts.every((part) => part.length <= 255));
});
