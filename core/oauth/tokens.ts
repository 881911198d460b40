import { setTimeout as wait } from 'node:timers/promises';
import { type Scope, transact } from '../db/scope.ts';
import { AppError } from '../lib/errors.ts';
import { type Log, silentLog } from '../lib/log.ts';
import type { Keyring } from '../lib/secrets.ts';
import type { AccessToken } from '../plugins/contract.ts';
import { askTokens, type Tokens } from './ask.ts';
import { clientOf } from './client.ts';
import { provenGrant } from './grant-name.ts';
import { claimRefresh, findGrant, markLapsed, putTokens, releaseRefresh, type SealedTokens } from './grant-store.ts';
import { OAuthError } from './refusal.ts';
import { SERVICES_OF_THE_WORLD, type Services } from './services.ts';
import type { Client, Grant, GrantId } from './types.ts';

export const TOKENS_PURPOSE = 'oauth-grant';

export interface OAuthDeps {
  readonly scope: Scope;
  readonly keyring: Keyring;
  readonly services: Services;
  readonly log: Log;
}

/** Its end is nearer than this: it is exchanged first, so that no log-in begins with one that ends under way. */
const AHEAD_MS = 5 * 60_000;
/** Longer than any exchange takes: whoever has not ended it by then is dead. */
const EXCHANGE_MS = 60_000;
const LOOK_MS = 200;

/**
 * Hands out access tokens of what was granted, exchanged ahead of their end. Whoever asks for the same grant meanwhile, in whichever process, waits for
 * the same exchange; a new refresh token is on disk before the access token that came with it is used. Raises `login_again` when the service does not
 * take the refresh token any more, `oauth_client` when our registration is not right, TemporaryError when it cannot be reached.
 */
export function createAccessTokens(deps: OAuthDeps): AccessToken {
  const { scope, keyring } = deps;
  const underWay = new Map<GrantId, Promise<string>>();
  return async (name, signal, refused) => {
    const id = provenGrant(keyring, name);
    const grant = id && (await findGrant(scope, id));
    if (grant?.state !== 'granted') throw loginAgain();
    const present = grant.accessToken && keyring.decrypt(TOKENS_PURPOSE, grant.accessToken);
    const left = (grant.accessExpiresAt?.getTime() ?? 0) - scope.now().getTime();
    if (present !== '' && present !== refused && left > AHEAD_MS) return present;
    const known = underWay.get(grant.id);
    const work = known ?? refreshOnce(deps, grant).finally(() => underWay.delete(grant.id));
    if (!known) underWay.set(grant.id, work);
    return waitFor(work, signal);
  };
}

/** For a command, which runs beside the product. */
export const tokensFor = (scope: Scope, keyring: Keyring): AccessToken =>
  createAccessTokens({ scope, keyring, services: SERVICES_OF_THE_WORLD, log: silentLog });

/** The exchange goes on for the others when one who waits gives up: a new refresh token must not be lost on its way. */
function waitFor<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', abort));
}

/** By this process, or by another that has begun it already. */
async function refreshOnce(deps: OAuthDeps, grant: Grant): Promise<string> {
  const { scope, keyring } = deps;
  for (let known = grant; ; ) {
    const until = new Date(scope.now().getTime() + EXCHANGE_MS);
    const asked = known;
    if (await transact(scope, (tx) => claimRefresh(tx, asked, until)))
      return refresh(deps, asked).finally(() => transact(scope, (tx) => releaseRefresh(tx, asked.id)));
    await wait(LOOK_MS);
    const found = await findGrant(scope, grant.id);
    if (found?.state !== 'granted') throw loginAgain();
    if (found.accessToken !== grant.accessToken) return keyring.decrypt(TOKENS_PURPOSE, found.accessToken);
    known = found;
  }
}

async function refresh({ scope, keyring, services, log }: OAuthDeps, grant: Grant): Promise<string> {
  const client = await clientOf(scope, keyring, grant.service);
  if (!client)
    throw new AppError('oauth_client', 422, 'Centrala is not registered at the service', { help: 'Register it in the settings.' });
  try {
    const tokens = await askTokens(services[grant.service].endpoints(client).token, {
      grant_type: 'refresh_token',
      refresh_token: keyring.decrypt(TOKENS_PURPOSE, grant.refreshToken),
      ...credentials(client, grant.isPublic),
    });
    await transact(scope, (tx) => putTokens(tx, grant.id, sealed(keyring, tokens, scope.now())));
    return tokens.access_token;
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    log.warn('oauth_not_refreshed', { grant: grant.id, service: grant.service, problem: error.problem, said: error.said });
    if (error.said === 'invalid_grant') {
      await transact(scope, (tx) => markLapsed(tx, grant));
      throw loginAgain();
    }
    throw error;
  }
}

const loginAgain = (): AppError =>
  new AppError('login_again', 422, 'The service wants a new log-in', { help: 'Log in again on the page of the mailbox.' });

/** How we say who we are: RFC 6749 §2.3.1, in the body, which both services take. */
export const credentials = ({ clientId, clientSecret }: Client, isPublic: boolean): Readonly<Record<string, string>> => ({
  client_id: clientId,
  ...(clientSecret === '' || isPublic ? {} : { client_secret: clientSecret }),
});

export function sealed(keyring: Keyring, tokens: Tokens, now: Date): SealedTokens {
  const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
  const { access_token, expires_in, refresh_token, refresh_token_expires_in } = tokens;
  return {
    accessToken: keyring.encrypt(TOKENS_PURPOSE, access_token),
    accessExpiresAt: after(expires_in),
    refreshToken: refresh_token === undefined ? null : keyring.encrypt(TOKENS_PURPOSE, refresh_token),
    refreshExpiresAt: refresh_token_expires_in ? after(refresh_token_expires_in) : null,
  };
}
