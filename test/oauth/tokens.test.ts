import { createHash } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { type Scope, transact } from '../../core/db/scope.ts';
import { type Log, silentLog } from '../../core/lib/log.ts';
import { askTokens } from '../../core/oauth/ask.ts';
import { saveClient } from '../../core/oauth/client.ts';
import { grantName } from '../../core/oauth/grant-name.ts';
import { claimRefresh, findGrant, insertGrant, putTokens } from '../../core/oauth/grant-store.ts';
import { createAccessTokens, sealed } from '../../core/oauth/tokens.ts';
import type { Service } from '../../core/oauth/types.ts';
import { scopeFor } from '../support/db.ts';
import { REGISTERED, startOAuthServer } from '../support/oauth-server.ts';
import { KEYRING } from '../support/web.ts';

const never = new AbortController().signal;
const START = new Date('2026-11-27T08:00:00Z');
const VERIFIER = 'v'.repeat(43);

/** A service that Centrala is registered at, where somebody has just logged in. */
async function loggedIn(t: ExecutionContext<unknown>, service: Service) {
  const oauth = await startOAuthServer();
  t.teardown(() => oauth.stop());
  const clock = { now: START };
  const scope: Scope = { ...(await scopeFor(t)), now: () => clock.now };
  const logged: string[] = [];
  const note = (event: string, facts: object = {}): void => void logged.push(`${event} ${JSON.stringify(facts)}`);
  const log: Log = { info: note, warn: note, error: note };
  const accessToken = createAccessTokens({ scope, keyring: KEYRING, services: oauth.services, log });
  await saveClient(scope, KEYRING, service, { ...REGISTERED, isPublic: false, secretExpiresOn: '' });
  const { authorization, token } = oauth.services[service].endpoints(REGISTERED);
  const redirect_uri = 'http://x.test/';
  const code_challenge = createHash('sha256').update(VERIFIER).digest('base64url');
  const query = new URLSearchParams({ redirect_uri, code_challenge, state: 's', login_hint: 'biuro@firma.test' });
  const code = new URL(await oauth.visit(`${authorization}?${query}`)).searchParams.get('code') ?? '';
  const form = { grant_type: 'authorization_code', client_id: REGISTERED.clientId, client_secret: REGISTERED.clientSecret };
  const tokens = await askTokens(token, { ...form, code, redirect_uri, code_verifier: VERIFIER });
  const id = await transact(scope, async (tx) => {
    const made = await insertGrant(tx, { service, account: 'biuro@firma.test', scopes: ['https://mail.google.com/'] });
    await putTokens(tx, made, sealed(KEYRING, tokens, scope.now()), false);
    return made;
  });
  return { oauth, scope, logged, clock, id, ask: (refused?: string) => accessToken(grantName(KEYRING, id), never, refused), accessToken };
}

const later = (minutes: number): Date => new Date(START.getTime() + minutes * 60_000);

test('a token is used until five minutes before its end, then exchanged, once however many ask', async (t) => {
  const { oauth, clock, ask } = await loggedIn(t, 'google');
  const first = await ask();
  clock.now = later(54);
  t.is(await ask(), first);
  t.is(oauth.asked.length, 1);
  clock.now = later(55.1);
  const all = await Promise.all([1, 2, 3, 4, 5].map(() => ask()));
  t.is(new Set(all).size, 1);
  t.not(all[0], first);
  t.deepEqual(oauth.asked, ['authorization_code', 'refresh_token']);
});

test('two processes that need the same token ask the service once, and a process that died while asking holds up nobody for long', async (t) => {
  const { oauth, scope, clock, id, ask, accessToken } = await loggedIn(t, 'microsoft');
  const other = createAccessTokens({ scope, keyring: KEYRING, services: oauth.services, log: silentLog });
  clock.now = later(60);
  const both = await Promise.all([ask(), other(grantName(KEYRING, id), never)]);
  t.is(both[0], both[1]);
  t.deepEqual(oauth.asked, ['authorization_code', 'refresh_token']);
  clock.now = later(120);
  const grant = await findGrant(scope, id);
  if (!grant) throw new Error('no grant');
  t.true(await transact(scope, (tx) => claimRefresh(tx, grant, later(121))));
  const waiting = accessToken(grantName(KEYRING, id), never);
  t.false(await transact(scope, (tx) => claimRefresh(tx, grant, later(121))));
  clock.now = later(121.1);
  t.not(await waiting, both[0]);
  t.is(oauth.asked.length, 3);
});

test('a refresh token that was exchanged for another is stored before its access token is used, and the next exchange uses it', async (t) => {
  const { scope, clock, id, ask } = await loggedIn(t, 'microsoft');
  const stored = async () => (await findGrant(scope, id))?.refreshToken ?? '';
  const before = await stored();
  clock.now = later(60);
  const second = await ask();
  t.not(await stored(), before);
  clock.now = later(120);
  t.not(await ask(), second);
});

test('a token that a mail server refused is exchanged at once, though its time is not over', async (t) => {
  const { oauth, ask } = await loggedIn(t, 'google');
  const first = await ask();
  t.not(await ask(first), first);
  t.is(oauth.asked.length, 2);
});

test('a service that refuses the refresh token is not asked again: somebody has to log in', async (t) => {
  const { oauth, scope, clock, id, ask } = await loggedIn(t, 'google');
  clock.now = later(60);
  oauth.feel({ refresh: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' } });
  await t.throwsAsync(ask(), { code: 'login_again' });
  t.is((await findGrant(scope, id))?.state, 'lapsed');
  await t.throwsAsync(ask(), { code: 'login_again' });
  t.is(oauth.asked.length, 2);
});

test('a service that does not answer, or has a problem of its own or of the registration, takes nothing away', async (t) => {
  const { oauth, scope, logged, clock, id, ask } = await loggedIn(t, 'microsoft');
  clock.now = later(60);
  oauth.feel({ refresh: { error: 'temporarily_unavailable', status: 503 } });
  await t.throwsAsync(ask(), { code: 'oauth', message: /temporarily_unavailable/ });
  oauth.feel({ refresh: { error: 'invalid_client', error_description: 'AADSTS7000222: The provided client secret keys are expired.' } });
  const expired = await t.throwsAsync(ask(), { code: 'oauth' });
  t.like(expired, { problem: 'secret_expired', status: 422 });
  await oauth.stop();
  t.like(await t.throwsAsync(ask()), { code: 'oauth', status: 503 });
  t.is((await findGrant(scope, id))?.state, 'granted');
  t.is(logged.length, 3);
  t.false([...oauth.secrets].some((one) => logged.join().includes(one)));
});

test('a grant is used by its whole name only, which nobody who writes settings can make up', async (t) => {
  const { id, ask, accessToken } = await loggedIn(t, 'google');
  t.is(typeof (await ask()), 'string');
  const name = grantName(KEYRING, id);
  for (const forged of [String(id), `${id}.`, name.slice(0, -1), name.replace(/^\d+/, '999'), ''])
    await t.throwsAsync(accessToken(forged, never), { code: 'login_again' });
});
