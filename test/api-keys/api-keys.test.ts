import test from 'ava';
import { createApiKey, listApiKeys, revokeApiKey, verifyApiKey } from '../../core/api-keys/api-keys.ts';
import { apiKeyFor } from '../../core/cli/api-key.ts';
import { addAgent } from '../support/accounts.ts';
import { scopeFor } from '../support/db.ts';

test('a key stands for its agent until it is revoked, and only its hash is stored', async (t) => {
  const scope = await scopeFor(t);
  const agentId = await addAgent(scope, 'Ewa');
  const { id, key } = await createApiKey(scope, agentId, ' Sklep ');
  t.regex(key, /^ck_[a-z0-9]{32}$/);
  t.like(await verifyApiKey(scope, key), { agent: { id: agentId, sessionId: null, role: 'agent' }, language: 'pl' });
  t.false(JSON.stringify(await scope.db('api_keys')).includes(key));
  t.like((await listApiKeys(scope))[0], { name: 'Sklep', agentId });
  await revokeApiKey(scope, id);
  t.is(await verifyApiKey(scope, key), null);
  await t.throwsAsync(revokeApiKey(scope, id), { code: 'not_found' });
});

test('a key of a disabled agent and anything that is not a key open nothing', async (t) => {
  const scope = await scopeFor(t);
  const agentId = await addAgent(scope, 'Ewa');
  const { key } = await createApiKey(scope, agentId, 'Sklep');
  for (const wrong of ['', 'ck_', `${key}x`, key.slice(0, -1), key.toUpperCase(), key.slice(3), `ck_${'a'.repeat(32)}`])
    t.is(await verifyApiKey(scope, wrong), null, wrong);
  await scope.db('agents').where({ id: agentId }).update({ status: 'disabled' });
  t.is(await verifyApiKey(scope, key), null);
});

test('a key that is used all the time is noted once in five minutes', async (t) => {
  const base = await scopeFor(t);
  const clock = { now: new Date('2026-11-24T10:00:00Z') };
  const scope = { ...base, now: () => clock.now };
  const { key } = await createApiKey(scope, await addAgent(scope, 'Ewa'), 'Sklep');
  const used = async () => (await listApiKeys(scope))[0]?.lastUsedAt;
  await verifyApiKey(scope, key);
  t.is(await used(), '2026-11-24T10:00:00.000Z');
  clock.now = new Date('2026-11-24T10:04:00Z');
  await verifyApiKey(scope, key);
  t.is(await used(), '2026-11-24T10:00:00.000Z');
  clock.now = new Date('2026-11-24T10:06:00Z');
  await verifyApiKey(scope, key);
  t.is(await used(), '2026-11-24T10:06:00.000Z');
});

test('the command line makes a key for an active agent and for nobody else', async (t) => {
  const scope = await scopeFor(t);
  await addAgent(scope, 'Ewa');
  const key = await apiKeyFor(scope, 'Sklep', 'ewa@firma.example');
  t.is((await verifyApiKey(scope, key))?.agent.email, 'ewa@firma.example' as never);
  await t.throwsAsync(apiKeyFor(scope, 'Sklep', 'nikt@firma.example'), { code: 'not_found' });
  await t.throwsAsync(apiKeyFor(scope, ' ', 'ewa@firma.example'), { code: 'invalid' });
});
