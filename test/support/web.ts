import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import { createHttpApp, type HttpAppParts } from '../../core/http/app.ts';
import type { CurrentAgent, Route } from '../../core/http/context.ts';
import { createCookieJar } from '../../core/http/cookies.ts';
import { listen } from '../../core/http/listen.ts';
import { createSessionCookie, signSession } from '../../core/http/session.ts';
import type { Site } from '../../core/http/site.ts';
import type { AgentId, SessionId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';
import { heldBy } from '../../core/lib/permissions.ts';
import { createKeyring } from '../../core/lib/secrets.ts';
import { scopeFor } from './db.ts';
import type { HttpClient } from './http-client.ts';

export const KEYRING = createKeyring('a secret of the tests that is long enough');

/** Prints the values it was given, so that a test of core/http needs no templates. */
export const plainRenderer: HttpAppParts['renderer'] = {
  translator: () => (key) => key,
  render: (template, locals) => {
    const { csrfToken, ...rest } = locals;
    const values = JSON.stringify({ template, ...rest, now: undefined }).replaceAll('<', '\\u003c');
    return template.startsWith('components/') ? values : `<input name="_csrf" value="${csrfToken}"><pre>${values}</pre>`;
  },
};

export const agent = (id: number, role: CurrentAgent['role'] = 'agent'): CurrentAgent => ({
  id: id as AgentId,
  sessionId: (id * 10) as SessionId,
  email: `agent${id}@example.test`,
  firstName: 'Ewa',
  lastName: `Nr ${id}`,
  role,
  permissions: heldBy({ role, permissions: [] }),
  theme: 'auto',
  ring: 'short',
  keys: {},
});

/** Gives the client the cookie that a log-in would have given him. */
export function signIn(client: HttpClient, agentId: number, sessionId = agentId * 10): void {
  const token = signSession(KEYRING.key('session'), { sessionId: sessionId as SessionId, agentId: agentId as AgentId }, new Date());
  client.cookies.set('session', token);
}

export interface Web {
  readonly base: string;
  readonly server: Server;
  readonly uploads: Buffer[];
}

/** What every page knows of the settings. */
export const SITE: Site = {
  companyName: 'Testowa',
  terms: '',
  privacy: '',
  defaultLanguage: 'pl',
  timeZone: 'Europe/Warsaw',
  maxAttachments: 10,
  maxMessageMb: 20,
};

/** core/http alone on a free port: three people (1 administrator, 2 and 3 agents), sessions `id * 10`, the key of agent 2. */
export async function web(t: ExecutionContext<unknown>, routes: readonly Route[], parts: Partial<HttpAppParts> = {}): Promise<Web> {
  const people = [agent(1, 'administrator'), agent(2), agent(3)];
  const publicUrl = parts.publicUrl ?? 'http://centrala.example.test';
  const jar = createCookieJar(publicUrl);
  const uploads: Buffer[] = [];
  const find = (match: (person: CurrentAgent) => boolean) => {
    const person = people.find(match);
    return Promise.resolve(person ? { agent: person, language: 'pl' as const } : null);
  };
  const app = createHttpApp({
    routes: [...routes, login],
    renderer: plainRenderer,
    scope: await scopeFor(t),
    keyring: KEYRING,
    jar,
    sessionCookie: createSessionCookie(KEYRING, jar),
    gatekeeper: {
      session: (_scope, sessionId, agentId) => find((person) => person.sessionId === sessionId && person.id === agentId),
      apiKey: (_scope, key) => find((person) => person.id === 2 && key === 'key-of-agent-number-2'),
    },
    uploads: {
      put: async (content) => {
        const bytes = Buffer.concat(await Array.fromAsync(content));
        uploads.push(bytes);
        return { sha256: 'f'.repeat(64), bytes: bytes.length };
      },
    },
    site: async () => SITE,
    log: silentLog,
    publicUrl,
    trustProxy: false,
    assets: (_ctx, next) => next(),
    ...parts,
  });
  const server = await listen(app, 0, '127.0.0.1');
  t.teardown(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, uploads };
}

const login: Route = { method: 'GET', path: '/login', may: 'public', handle: (ctx) => ctx.page('sessions/login') };
