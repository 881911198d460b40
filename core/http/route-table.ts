import type { Route } from './context.ts';

/** Throws when a route can never answer because an earlier one takes its path: the same path, or "/things/:id" before "/things/new". */
export function assertReachable(routes: readonly Pick<Route, 'method' | 'path'>[]): void {
  const earlier = new Map<string, { readonly path: string; readonly pattern: RegExp }[]>();
  for (const { method, path } of routes) {
    const known = earlier.get(method) ?? [];
    const taker = known.find(({ pattern }) => pattern.test(path));
    if (taker) throw new Error(`two routes answer ${method} ${path}: ${taker.path} comes first`);
    const escaped = path.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
    known.push({ path, pattern: new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+').replace(/\*\w*/g, '.*')}$`) });
    earlier.set(method, known);
  }
}
