import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import { type AgentInput, createAgent } from '../../core/agents/create-agent.ts';
import { knowFaces } from '../../core/agents/faces.ts';
import { agentRoutes } from '../../core/agents/routes.ts';
import { verifyApiKey } from '../../core/api-keys/api-keys.ts';
import { openBlobs } from '../../core/blobs/blobs.ts';
import type { Scope } from '../../core/db/scope.ts';
import { createHttpApp } from '../../core/http/app.ts';
import type { Route } from '../../core/http/context.ts';
import { createCookieJar } from '../../core/http/cookies.ts';
import { createSessionCookie } from '../../core/http/session.ts';
import { parseEmailAddress } from '../../core/lib/email-address.ts';
import type { AgentId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';
import { passwordResetRoutes } from '../../core/password-resets/routes.ts';
import type { SystemMail } from '../../core/password-resets/types.ts';
import { pictureRoutes } from '../../core/pictures/routes.ts';
import { keyRoutes } from '../../core/profile/key-routes.ts';
import { profileRoutes } from '../../core/profile/routes.ts';
import { sessionRoutes } from '../../core/sessions/routes.ts';
import { useSession } from '../../core/sessions/use-session.ts';
import { cacheGeneral } from '../../core/settings/cached-general.ts';
import { settingsRoutes } from '../../core/settings/routes.ts';
import { setupRoutes } from '../../core/setup/routes.ts';
import { workingHoursRoutes } from '../../core/working-hours/routes.ts';
import { scopeFor } from './db.ts';
import { type HttpClient, httpClient } from './http-client.ts';
import { strictRenderer } from './render.ts';
import { tempDir } from './temp-dir.ts';
import { KEYRING } from './web.ts';

export const PASSWORD = 'zielony rower jedzie';

export interface AccountsWeb {
  readonly base: string;
  readonly scope: Scope;
  readonly mails: SystemMail[];
  readonly routes: readonly Route[];
  /** The clock of the whole test; move it with `clock.now = …`. */
  readonly clock: { now: Date };
  /** False: no channel can send. */
  readonly post: { works: boolean };
  visitor(): HttpClient;
  /** A new agent and his browser, logged in through the form. */
  agent(name: string, role?: AgentInput['role']): Promise<{ id: AgentId; email: string; client: HttpClient }>;
}

const HOME: Route = { method: 'GET', path: '/', may: 'agent', handle: (ctx) => ctx.seeOther('/profile') };

/** The real account screens with their database, templates and texts, on a free port. */
export async function accountsWeb(
  t: ExecutionContext<unknown>,
  publicUrl = 'http://centrala.example.test',
  more: readonly Route[] = [],
): Promise<AccountsWeb> {
  const clock = { now: new Date('2026-11-24T10:00:00.000Z') };
  const scope: Scope = { ...(await scopeFor(t)), now: () => clock.now };
  const mails: SystemMail[] = [];
  const post = { works: true };
  const renderer = strictRenderer();
  const jar = createCookieJar(publicUrl);
  const sessionCookie = createSessionCookie(KEYRING, jar);
  const general = cacheGeneral();
  const faces = knowFaces();
  const blobs = openBlobs(tempDir(t));
  const noChannels = { list: () => [], channel: () => null, apply: async () => {} };
  const sendSystemMail = async (mail: SystemMail): Promise<boolean> => {
    if (post.works) mails.push(mail);
    return post.works;
  };
  const deps = { blobs, faces, jar, sessionCookie, general, keyring: KEYRING, publicUrl, renderer, log: silentLog, sendSystemMail };
  const routes = [
    HOME,
    ...sessionRoutes(deps),
    ...passwordResetRoutes(deps),
    ...profileRoutes(deps),
    ...keyRoutes(),
    ...pictureRoutes(deps),
    ...agentRoutes(deps),
    ...settingsRoutes(deps),
    ...workingHoursRoutes(),
    ...more,
    ...setupRoutes({ ...deps, inboxes: { plugins: noChannels } as never }),
  ];
  const app = createHttpApp({
    jar,
    sessionCookie,
    gatekeeper: { session: useSession, apiKey: verifyApiKey },
    site: async (own) => ({ ...(await general.read(own)), ...(await faces.read(own)) }),
    routes,
    renderer,
    scope,
    keyring: KEYRING,
    uploads: blobs,
    log: silentLog,
    publicUrl,
    trustProxy: false,
    assets: (_ctx, next) => next(),
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const visitor = (): HttpClient => httpClient(base);
  return {
    base,
    scope,
    mails,
    routes,
    clock,
    post,
    visitor,
    agent: async (name, role = 'agent') => {
      const email = `${name.toLowerCase()}@firma.example`;
      const id = await addAgent(scope, name, role);
      const client = visitor();
      await logIn(client, email);
      return { id, email, client };
    },
  };
}

export function addAgent(
  scope: Scope,
  name: string,
  role: AgentInput['role'] = 'agent',
  password: string | null = PASSWORD,
): Promise<AgentId> {
  const email = parseEmailAddress(`${name}@firma.example`);
  if (!email) throw new Error(`${name} makes no e-mail address`);
  return createAgent(scope, { email, role, password, firstName: name, lastName: 'Nowak', jobTitle: '', language: 'pl' });
}

export async function logIn(client: HttpClient, email: string, password = PASSWORD, next = '') {
  await client.get(`/login?next=${encodeURIComponent(next)}`);
  return client.post('/login', { email, password, next });
}
