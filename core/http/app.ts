import Koa, { type Context, type Middleware } from 'koa';
import type { Actor, Scope } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { workingOn } from '../lib/log-context.ts';
import type { Keyring } from '../lib/secrets.ts';
import { randomToken } from '../lib/secrets.ts';
import { admit, bearerKey, LoginNeededError } from './access.ts';
import { DEFAULT_BODY_BYTES, readBody, STRANGER_BODY_BYTES } from './body.ts';
import { compress } from './compress.ts';
import type { Route } from './context.ts';
import type { CookieJar } from './cookies.ts';
import { createCsrfGuard } from './csrf.ts';
import { describeError, type Problem } from './errors.ts';
import { inTurn } from './in-turn.ts';
import { createPace } from './pace.ts';
import { type PageParts, preparePage } from './page-context.ts';
import { answerProblem, sendToLogin } from './problem-page.ts';
import { assertReachable, routeTable } from './route-table.ts';
import { securityHeaders } from './security-headers.ts';
import type { SessionClaims, SessionCookie } from './session.ts';
import type { Gatekeeper, Site, UploadStore, Visitor } from './site.ts';
import { createToasts } from './toasts.ts';

export interface HttpAppParts {
  readonly routes: readonly Route[];
  readonly renderer: PageParts['renderer'];
  /** db, clock and outbox; the actor is set per request. */
  readonly scope: Omit<Scope, 'actor'>;
  readonly keyring: Keyring;
  readonly jar: CookieJar;
  readonly sessionCookie: SessionCookie;
  readonly gatekeeper: Gatekeeper;
  readonly uploads: UploadStore;
  readonly site: (scope: Scope) => Promise<Site>;
  readonly log: Log;
  /** Without a trailing slash. The only source of links; the Host header never is. */
  readonly publicUrl: string;
  readonly trustProxy: boolean;
  /** How many calls of the API a minute the keys of one agent may make together; absent or 0 = as many as they like. */
  readonly apiPerMinute?: number;
  /** Answers /assets/ (assets.ts). */
  readonly assets: Middleware;
  /** Runs before sessions and CSRF: health, metrics, the plugins' own routers under /channels/. */
  readonly before?: readonly Middleware[];
}

/** The whole web side: every route of the table behind its access check, CSRF, body limits and error pages. */
export function createHttpApp(parts: HttpAppParts): Koa {
  const app = new Koa({ proxy: parts.trustProxy, maxIpsCount: 1 });
  app.silent = true;
  app.on('error', (error: Error) => {
    // The browser left while it was still being answered: a closed tab ends the live stream this way.
    if ('code' in error && (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ECONNRESET')) return;
    describeError(error, parts.log, { method: '', path: 'after the answer' });
  });
  app.use((ctx, next) => {
    const request = randomToken(10);
    ctx.set('X-Request-Id', request);
    return workingOn({ request }, next);
  });
  app.use(securityHeaders(parts.publicUrl));
  app.use(compress);
  app.use(parts.assets);
  app.use(inTurn());
  const handler = requestHandler(parts);
  assertReachable(parts.routes);
  for (const middleware of parts.before ?? []) app.use(guarded(middleware, handler));
  app.use(guarded(routeTable(parts.routes, handler), handler));
  app.use((ctx) => handler(ctx, null));
  return app;
}

type Handler = (ctx: Context, route: Route | null, error?: unknown) => Promise<void>;

/** Errors outside the table (a broken %-escape in the path) get the same pages. */
function guarded(middleware: Middleware, handler: Handler): Middleware {
  return async (ctx, next) => {
    try {
      await middleware(ctx, next);
    } catch (error) {
      await handler(ctx, null, error);
    }
  };
}

function requestHandler(parts: HttpAppParts): Handler {
  const { keyring, jar, sessionCookie, gatekeeper, log } = parts;
  const csrf = createCsrfGuard(keyring, jar, parts.publicUrl);
  const page: PageParts = { renderer: parts.renderer, csrf, jar, toasts: createToasts(keyring, jar) };
  const scopeOf = (visitor: Visitor | null): Scope => {
    const actor: Actor = visitor ? { kind: 'agent', id: visitor.agent.id } : { kind: 'system', task: 'web' };
    return { ...parts.scope, actor };
  };
  const whoBySession = async (ctx: Context) => {
    const session = sessionCookie.read(ctx, parts.scope.now());
    const visitor = session && (await gatekeeper.session(scopeOf(null), session.sessionId, session.agentId));
    return visitor ? { session, visitor } : { session: null, visitor: null };
  };
  const pace = createPace(parts.apiPerMinute ?? 0);
  const whoByKey = async (ctx: Context) => {
    const key = bearerKey(ctx);
    const visitor = key === null ? null : await gatekeeper.apiKey(scopeOf(null), key);
    if (visitor) pace(visitor.agent.id, parts.scope.now());
    return { session: null, visitor };
  };

  return async (ctx, route, failure) => {
    const isApi = route ? route.may === 'api' : ctx.path.startsWith('/api/');
    let who: { session: SessionClaims | null; visitor: Visitor | null } = { session: null, visitor: null };
    let site: Site | null = null;
    let problem: Problem;
    try {
      who = isApi ? await whoByKey(ctx) : await whoBySession(ctx);
      const scope = scopeOf(who.visitor);
      site = await parts.site(scope);
      if (failure !== undefined) throw failure;
      if (!route) throw new NotFoundError('This page');
      const isChange = route.method !== 'GET';
      if (isChange && !isApi) csrf.checkOrigin(ctx);
      admit(route, who.visitor);
      const isTaking = !isApi && (route.may !== 'public' || (await route.takesFiles?.(scope, ctx.URL.searchParams)) === true);
      const store = !isTaking ? null : (route.uploads ?? parts.uploads);
      const isStranger = route.may === 'public' && !isTaking;
      const usual = isStranger ? STRANGER_BODY_BYTES : DEFAULT_BODY_BYTES;
      const maxBytes = (route.takesFiles && !isTaking ? null : route.maxBodyBytes) ?? usual;
      const body = isChange ? await readBody(ctx, { maxBytes, store, isStranger }) : { form: {}, uploads: [] };
      const isFramed = route.isFramed === true;
      let { handle } = route;
      if (isChange && !isApi && !(isFramed && csrf.isFrameToken(body.form['_csrf'], scope.now())))
        try {
          csrf.checkToken(ctx, who.session, body.form['_csrf']);
        } catch (error) {
          if (!route.whenOld) throw error;
          handle = route.whenOld;
        }
      const asked: Context = ctx;
      preparePage(asked, page, { ...body, ...who, site, scope, isFramed });
      await handle(asked);
      return;
    } catch (error) {
      problem = describeError(error, log, { method: ctx.method, path: ctx.path });
      if (error instanceof LoginNeededError && !isApi) return sendToLogin(ctx);
    }
    answerProblem(ctx, problem, { isApi, log, publicUrl: parts.publicUrl, page, asked: { ...who, site, scope: scopeOf(who.visitor) } });
  };
}
