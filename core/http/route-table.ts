import Router from '@koa/router';
import type { Context, Middleware } from 'koa';
import type { Route } from './context.ts';

interface Pattern {
  readonly path: string;
  readonly pattern: RegExp;
}

/** Throws when a route can never answer because an earlier one takes its path: the same path, or "/things/:id" before "/things/new". */
export function assertReachable(routes: readonly Pick<Route, 'method' | 'path'>[]): void {
  const earlier = new Map<string, Pattern[]>();
  // Only what begins with the same word, or with any, can take it.
  const beginning = (method: string, word: string): Pattern[] => {
    const key = `${method} ${word}`;
    const known = earlier.get(key) ?? [];
    earlier.set(key, known);
    return known;
  };
  for (const { method, path } of routes) {
    const word = firstWord(path);
    const isAny = isVariable(word);
    const known = beginning(method, isAny ? ':' : word);
    const taker = [...known, ...(isAny ? [] : beginning(method, ':'))].find(({ pattern }) => pattern.test(path));
    if (taker) throw new Error(`two routes answer ${method} ${path}: ${taker.path} comes first`);
    const escaped = path.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
    known.push({ path, pattern: new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+').replace(/\*\w*/g, '.*')}$`) });
  }
}

/** Capital letters make no difference to the router. */
const firstWord = (path: string): string => (path.split('/', 2)[1] ?? '').toLowerCase();
const isVariable = (word: string): boolean => /[:*]/.test(word);

/** Answers each route by `handle`. A request is compared with those alone that begin with its first word, of a few hundred. */
export function routeTable(routes: readonly Route[], handle: (ctx: Context, route: Route) => Promise<void>): Middleware {
  const tableOf = (word: string | null): Middleware => {
    const router = new Router();
    for (const route of routes) {
      const first = firstWord(route.path);
      if (first === word || isVariable(first)) router.register(route.path, [route.method], [(ctx) => handle(ctx, route)]);
    }
    const table = router.routes();
    return (ctx, next) => table(Object.assign(ctx, { params: {}, router }), next);
  };
  const tables = new Map([...new Set(routes.map(({ path }) => firstWord(path)))].map((word) => [word, tableOf(word)]));
  const others = tableOf(null);
  return (ctx, next) => (tables.get(firstWord(ctx.path)) ?? others)(ctx, next);
}
