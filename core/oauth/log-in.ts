import { createHash, randomBytes } from 'node:crypto';
import { type Scope, transact } from '../db/scope.ts';
import { ConflictError, NotFoundError } from '../lib/errors.ts';
import type { AgentId, SessionId } from '../lib/ids.ts';
import { sha256 } from '../lib/secrets.ts';
import { askDevice, askTokens, type Tokens } from './ask.ts';
import { clientOf } from './client.ts';
import { findGrant, putTokens } from './grant-store.ts';
import { changeLogin, findLogin, findLoginByKey, insertLogin } from './login-store.ts';
import { OAuthError } from './refusal.ts';
import { type Endpoints, returnOf } from './services.ts';
import { credentials, type OAuthDeps, sealed } from './tokens.ts';
import type { Client, Grant, GrantId, Login, LoginId, Service, Way } from './types.ts';

export interface LoginDeps extends OAuthDeps {
  readonly publicUrl: string;
  /** False: the account that the grant is for does not take this token, so it is somebody else's. */
  readonly isOfItsAccount: (grantId: GrantId, token: string) => Promise<boolean>;
  /** Somebody has just logged in: whatever waited for it goes on. */
  readonly onGranted: (grantId: GrantId) => Promise<void>;
}

/** What pages and programs need to show and change a registration. */
export interface RegistrationDeps extends LoginDeps {
  /** What people are asked to allow at a service. */
  readonly scopesOf: (service: Service) => readonly string[];
  /** Whose mailboxes log in by the registration. */
  readonly accountsOf: (service: Service) => Promise<readonly string[]>;
}

const CODE_MS = 15 * 60_000;
const LOGIN_PURPOSE = 'oauth-login';

interface Asked {
  readonly grant: Grant;
  readonly client: Client;
  readonly endpoints: Endpoints;
}

/**
 * Begins to log in for a grant: by a code that is typed at the service where the browser cannot come back to us and the service gives such
 * codes, else in the browser. It holds for this session alone and for a quarter of an hour. Raises ConflictError `oauth_client`.
 */
export async function beginLogin(
  scope: Scope,
  deps: LoginDeps,
  about: { readonly grantId: GrantId; readonly agentId: AgentId; readonly sessionId: SessionId; readonly back: string; readonly way?: Way },
): Promise<LoginId> {
  const asked = await askedOf(scope, deps, about.grantId);
  const { endpoints, grant } = asked;
  const { reachesUs } = returnOf(deps.services[grant.service], deps.publicUrl);
  const usual: Way = !reachesUs && endpoints.device !== null ? 'device' : 'code';
  return (about.way ?? usual) === 'device' && endpoints.device !== null
    ? beginDevice(scope, deps, asked, about)
    : beginCode(scope, deps, asked, about);
}

type About = Omit<Parameters<typeof beginLogin>[2], 'way'>;

function beginCode(scope: Scope, deps: LoginDeps, { grant, client, endpoints }: Asked, about: About): Promise<LoginId> {
  const facts = deps.services[grant.service];
  const verifier = randomBytes(48).toString('base64url');
  const state = randomBytes(32).toString('base64url');
  const redirectUri = returnOf(facts, deps.publicUrl).uri;
  const address = new URL(endpoints.authorization);
  const parameters = {
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: redirectUri,
    scope: grant.scopes.join(' '),
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    login_hint: grant.account,
    ...facts.parameters,
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return transact(scope, (tx) =>
    insertLogin(tx, {
      ...about,
      way: 'code',
      keySha256: sha256(state),
      verifier: deps.keyring.encrypt(LOGIN_PURPOSE, verifier),
      address: address.href,
      userCode: '',
      redirectUri,
      intervalSeconds: 0,
      expiresAt: new Date(scope.now().getTime() + CODE_MS),
    }),
  );
}

async function beginDevice(scope: Scope, deps: LoginDeps, { grant, client, endpoints }: Asked, about: About): Promise<LoginId> {
  const form = { client_id: client.clientId, scope: grant.scopes.join(' ') };
  const none = { device_code: '-', user_code: '', address: '', expires_in: 0, interval: 5 };
  let refused: OAuthError | null = null;
  const device = await askDevice(endpoints.device ?? '', form).catch((error: unknown) => {
    if (!(error instanceof OAuthError)) throw error;
    refused = error;
    return none;
  });
  return transact(scope, async (tx) => {
    const id = await insertLogin(tx, {
      ...about,
      way: 'device',
      keySha256: null,
      verifier: deps.keyring.encrypt(LOGIN_PURPOSE, device.device_code),
      address: device.address,
      userCode: device.user_code,
      redirectUri: '',
      intervalSeconds: Math.max(device.interval, 1),
      expiresAt: new Date(tx.now().getTime() + (device.expires_in * 1000 || CODE_MS)),
    });
    if (refused) await changeLogin(tx, id, 'waiting', { state: 'failed', problem: refused.problem, detail: refused.detail });
    return id;
  });
}

/** What a browser brought back, or a person copied from it. */
export interface Returned {
  readonly state: string;
  readonly code: string;
  readonly error: string;
  readonly description: string;
}

/**
 * Takes what the service sent back with the browser, once, and only in the session that began. Answers the log-in, which says what became of
 * it; null: nobody asked for this, or it was used already.
 */
export async function takeReturn(scope: Scope, deps: LoginDeps, sessionId: SessionId | null, returned: Returned): Promise<LoginId | null> {
  const login = await findLoginByKey(scope, sha256(returned.state));
  if (!login || login.sessionId !== sessionId || !(await claim(scope, login))) return null;
  await settle(scope, deps, login, async ({ client, endpoints }) => {
    if (login.expiresAt < scope.now()) throw new OAuthError('expired', '', 'expired');
    if (returned.error !== '') throw new OAuthError(returned.error.slice(0, 200), returned.description);
    return askTokens(endpoints.token, {
      grant_type: 'authorization_code',
      code: returned.code,
      redirect_uri: login.redirectUri,
      code_verifier: deps.keyring.decrypt(LOGIN_PURPOSE, login.verifier),
      ...credentials(client, false),
    });
  });
  return login.id;
}

/** Asks once whether the code was typed (RFC 8628 §3.4); answers after how many seconds to ask again, null = it is over. */
export async function pollDevice(scope: Scope, deps: LoginDeps, login: Login, intervalSeconds: number): Promise<number | null> {
  let again: number | null = null;
  if (!(await claim(scope, login))) return null;
  await settle(scope, deps, login, async ({ client, endpoints }) => {
    if (login.expiresAt < scope.now()) throw new OAuthError('expired_token', '');
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: deps.keyring.decrypt(LOGIN_PURPOSE, login.verifier),
    };
    try {
      return await askTokens(endpoints.token, { ...form, ...credentials(client, true) });
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      if (error.said === 'slow_down') again = intervalSeconds + 5;
      // What is not there for a moment will be asked again (RFC 8628 §3.5).
      else if (error.said === 'authorization_pending' || error.problem === 'unreachable') again = intervalSeconds;
      else throw error;
      return null;
    }
  });
  return again;
}

const claim = (scope: Scope, { id }: Login): Promise<boolean> =>
  transact(scope, (tx) => changeLogin(tx, id, 'waiting', { state: 'working' }));

/** Stores the tokens, or why there are none; null: it is still waited for. */
async function settle(scope: Scope, deps: LoginDeps, login: Login, exchange: (asked: Asked) => Promise<Tokens | null>): Promise<void> {
  try {
    const asked = await askedOf(scope, deps, login.grantId);
    const tokens = await exchange(asked);
    if (tokens === null) return void (await transact(scope, (tx) => changeLogin(tx, login.id, 'working', { state: 'waiting' })));
    proveWhole(asked.grant, tokens);
    // What worked until now is not overwritten.
    if (!(await deps.isOfItsAccount(login.grantId, tokens.access_token))) throw new OAuthError('', '', 'account');
    await transact(scope, async (tx) => {
      if (!(await changeLogin(tx, login.id, 'working', { state: 'done' }))) throw new NotFoundError('Log-in');
      await putTokens(tx, login.grantId, sealed(deps.keyring, tokens, tx.now()), login.way === 'device');
      tx.emit({ type: 'oauth_grant.changed', data: { name: asked.grant.account } });
    });
  } catch (error) {
    const { problem, detail, said } = error instanceof OAuthError ? error : new OAuthError('internal', '', 'other');
    deps.log.warn('oauth_login_failed', { login: login.id, grant: login.grantId, problem, said });
    await transact(scope, (tx) => changeLogin(tx, login.id, 'working', { state: 'failed', problem, detail }));
    if (!(error instanceof OAuthError)) throw error;
    return;
  }
  await deps.onGranted(login.grantId);
}

/** People may untick what they allow; without a refresh token it would end within the hour. */
function proveWhole({ scopes }: Grant, { scope, refresh_token }: Tokens): void {
  const given = scope?.toLowerCase().split(' ');
  const isMissing = (one: string): boolean => one.startsWith('https:') && given !== undefined && !given.includes(one.toLowerCase());
  if (scopes.some(isMissing)) throw new OAuthError('scope_missing', scopes.filter(isMissing).join(' '), 'scope');
  if (refresh_token === undefined) throw new OAuthError('no_refresh_token', '', 'no_refresh');
}

async function askedOf(scope: Scope, { keyring, services }: LoginDeps, id: GrantId): Promise<Asked> {
  const grant = await findGrant(scope, id);
  if (!grant) throw new NotFoundError('Grant');
  const client = await clientOf(scope, keyring, grant.service);
  if (!client) throw new ConflictError('oauth_client', 'Centrala is not registered at this service yet', 'Register it first.');
  return { grant, client, endpoints: services[grant.service].endpoints(client) };
}

/** One that this agent began. Raises not_found. */
export async function loginOf(scope: Scope, id: LoginId, agentId: AgentId): Promise<Login> {
  const login = await findLogin(scope, id);
  if (login?.agentId !== agentId) throw new NotFoundError('Log-in');
  return login;
}
