import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Services } from '../../core/oauth/services.ts';
import { SERVICES_OF_THE_WORLD } from '../../core/oauth/services.ts';

/** A registration at the server, the same for both services. */
export const REGISTERED = { clientId: 'centrala-w-firmie', clientSecret: 'GOCSPX-tajny-klucz-rejestracji', tenant: 'firma.test' };

/** What it answers instead, from now on: an error of a step, or fields of the tokens. */
export interface Mood {
  /** The person does not agree. */
  readonly denies?: boolean;
  readonly refresh?: { readonly error: string; readonly error_description?: string; readonly status?: number };
  readonly tokens?: Readonly<Record<string, unknown>>;
}

export interface OAuthServer {
  readonly port: number;
  readonly services: Services;
  /** Grant types asked for, in order. */
  readonly asked: readonly string[];
  /** Everything secret that it gave out or was told. */
  readonly secrets: ReadonlySet<string>;
  feel(mood: Mood): void;
  /** What a browser does there: agrees, and answers where it is sent. */
  visit(address: string): Promise<string>;
  /** The person types the code and agrees, as this account. */
  type(userCode: string, account: string): void;
  /** Access tokens end now. */
  expire(): void;
  stop(): Promise<void>;
}

interface Pending {
  readonly client: URLSearchParams;
  account: string;
  isAgreed: boolean;
}

/**
 * Answers as Google and Microsoft document it: RFC 6749 with PKCE (7636), device codes (8628), and the questions of Dovecot about tokens
 * (7662). A refresh token of Microsoft's is good once.
 */
export async function startOAuthServer(): Promise<OAuthServer> {
  const codes = new Map<string, Pending>();
  const devices = new Map<string, Pending>();
  const refreshTokens = new Map<string, string>();
  const accessTokens = new Map<string, string>();
  const asked: string[] = [];
  const secrets = new Set<string>([REGISTERED.clientSecret]);
  let mood: Mood = {};
  const secret = (kind: string): string => {
    const made = `${kind}-${randomBytes(60).toString('base64url')}`;
    secrets.add(made);
    return made;
  };

  const authorize = (query: URLSearchParams): string => {
    const back = new URL(query.get('redirect_uri') ?? '');
    back.searchParams.set('state', query.get('state') ?? '');
    if (mood.denies) back.searchParams.set('error', 'access_denied');
    else {
      const code = secret('code');
      codes.set(code, { client: query, account: query.get('login_hint') ?? '', isAgreed: true });
      back.searchParams.set('code', code);
    }
    return back.href;
  };

  const tokensFor = (account: string, scope: string): Record<string, unknown> => {
    const [access_token, refresh_token] = [secret('access'), secret('refresh')];
    accessTokens.set(access_token, account);
    refreshTokens.set(refresh_token, account);
    return { token_type: 'Bearer', expires_in: 3599, access_token, refresh_token, scope, ...mood.tokens };
  };

  const grant = (form: URLSearchParams, isMicrosoft: boolean): Answer => {
    const type = form.get('grant_type') ?? '';
    asked.push(type);
    const isDevice = type.endsWith(':device_code');
    if (form.get('client_id') !== REGISTERED.clientId)
      return no('invalid_client', 'AADSTS700016: Application was not found in the directory');
    const isKnown = form.get('client_secret') === REGISTERED.clientSecret;
    if (!isDevice && !isKnown && type !== 'refresh_token')
      return no('invalid_client', isMicrosoft ? 'AADSTS7000215: Invalid client secret provided.' : 'Unauthorized', 401);
    if (type === 'authorization_code') {
      const code = form.get('code') ?? '';
      const known = codes.get(code);
      codes.delete(code);
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (!known || known.client.get('code_challenge') !== challenge) return no('invalid_grant', 'Bad code');
      if (known.client.get('redirect_uri') !== form.get('redirect_uri')) return no('redirect_uri_mismatch', 'Bad Request');
      return { status: 200, json: tokensFor(known.account, known.client.get('scope') ?? '') };
    }
    if (isDevice) {
      const known = devices.get(form.get('device_code') ?? '');
      if (!known) return no('bad_verification_code', 'AADSTS70018: Invalid verification code.');
      if (mood.denies) return no('authorization_declined', 'AADSTS70017: The end user denied the authorization request.');
      if (!known.isAgreed) return no('authorization_pending', 'AADSTS70016: Authorization is pending.');
      devices.delete(form.get('device_code') ?? '');
      return { status: 200, json: tokensFor(known.account, (known.client.get('scope') ?? '').replace(' offline_access', '')) };
    }
    if (mood.refresh) return { status: mood.refresh.status ?? 400, json: mood.refresh };
    const old = form.get('refresh_token') ?? '';
    const account = refreshTokens.get(old);
    if (account === undefined) return no('invalid_grant', 'AADSTS70000: The provided grant is invalid or has been revoked.');
    const { refresh_token, ...rest } = tokensFor(account, '');
    if (isMicrosoft) refreshTokens.delete(old);
    return { status: 200, json: isMicrosoft ? { ...rest, refresh_token } : rest };
  };

  const device = (form: URLSearchParams): Answer => {
    const device_code = secret('device');
    const user_code = randomBytes(4).toString('hex').toUpperCase();
    devices.set(device_code, { client: new URLSearchParams([...form, ['user_code', user_code]]), account: '', isAgreed: false });
    const more = { message: 'To sign in …', expires_in: 900, interval: 1 };
    return { status: 200, json: { device_code, user_code, verification_uri: 'https://microsoft.com/devicelogin', ...more } };
  };

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    if (pathname.endsWith('/authorize')) return void response.writeHead(302, { Location: authorize(searchParams) }).end();
    void answer(request, response, (path, form) => {
      if (path.endsWith('/token')) return grant(form, path.startsWith('/microsoft'));
      if (path.endsWith('/devicecode')) return device(form);
      const account = accessTokens.get(form.get('token') ?? '');
      return { status: 200, json: account === undefined ? { active: false } : { active: true, username: account } };
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const base = `http://127.0.0.1:${port}`;
  const { google, microsoft } = SERVICES_OF_THE_WORLD;
  const at = (path: string): { authorization: string; token: string } => ({
    authorization: `${base}/${path}/authorize`,
    token: `${base}/${path}/token`,
  });
  return {
    port,
    services: {
      google: { ...google, endpoints: () => ({ ...at('google'), device: null }) },
      microsoft: {
        ...microsoft,
        endpoints: ({ tenant }) => ({ ...at(`microsoft/${tenant}`), device: `${base}/microsoft/${tenant}/devicecode` }),
      },
    },
    asked,
    secrets,
    feel: (next) => {
      mood = next;
    },
    visit: async (url) => authorize(new URL(url).searchParams),
    type: (userCode, account) => {
      for (const one of devices.values()) if (one.client.get('user_code') === userCode) Object.assign(one, { account, isAgreed: true });
    },
    expire: () => accessTokens.clear(),
    stop: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

interface Answer {
  readonly status: number;
  readonly json: object;
}

const no = (error: string, error_description: string, status = 400): Answer => ({ status, json: { error, error_description } });

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  of: (path: string, form: URLSearchParams) => Answer,
): Promise<void> {
  const { status, json } = of(new URL(request.url ?? '', 'http://x').pathname, new URLSearchParams(await text(request)));
  response.writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' }).end(JSON.stringify(json));
}
