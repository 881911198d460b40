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
    const [, word = ''] = path.split('/');
    const isAny = /[:*]/.test(word);
    const known = beginning(method, isAny ? ':' : word);
    const taker = [...known, ...(isAny ? [] : beginning(method, ':'))].find(({ pattern }) => pattern.test(path));
    if (taker) throw new Error(`two routes answer ${method} ${path}: ${taker.path} comes first`);
    const escaped = path.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
    known.push({ path, pattern: new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+').replace(/\*\w*/g, '.*')}$`) });
  }
}
