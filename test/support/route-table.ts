import { allRoutes } from '../../core/boot/routes.ts';
import type { Route } from '../../core/http/context.ts';

/** Stands for any part: every property and every call of it is itself. Enough to build routes, not to run them. */
const anything: object = new Proxy(() => {}, {
  get: (_target, name) => (name === Symbol.toPrimitive ? () => '' : anything),
  apply: () => anything,
});

/** Every address of the product, without starting it. */
export function routeTable(): readonly Route[] {
  const parts = { foundation: anything, channels: anything, endpoints: anything, pump: anything, renderer: anything };
  return allRoutes({
    ...parts,
    sessionCookie: anything,
    jar: anything,
    general: anything,
    backups: anything,
    logins: anything,
    health: anything,
    alarms: anything,
    version: '0',
  } as never);
}
