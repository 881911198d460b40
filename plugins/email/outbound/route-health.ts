import type { Health } from '../../../core/plugins/contract.ts';

/** Remembers which servers could not be used lately: the plugin's health, and what spares the next mail the wait. */
export interface RouteHealth {
  down(route: string, detail: string): void;
  up(route: string): void;
  /** True for a minute after it was down: try another way first. */
  isDown(route: string): boolean;
  /** Forgets routes whose name begins with this text. */
  forget(routes: string): void;
  /** Never `failing`: mail still comes in, and what waits goes out later. */
  health(): Health;
}

const AVOIDED_MS = 60_000;

export function createRouteHealth(now: () => number = Date.now): RouteHealth {
  const failing = new Map<string, { since: number; detail: string }>();
  return {
    down: (route, detail) => void failing.set(route, { since: now(), detail }),
    up: (route) => void failing.delete(route),
    isDown: (route) => now() - (failing.get(route)?.since ?? 0) < AVOIDED_MS,
    forget: (routes) => {
      for (const route of [...failing.keys()]) if (route.startsWith(routes)) failing.delete(route);
    },
    health: () => {
      const [first] = failing.values();
      return first ? { state: 'ok', problem: 'route_down', detail: first.detail } : { state: 'ok', problem: null, detail: null };
    },
  };
}
