import type { Route } from '../http/context.ts';
import type { InboxDeps } from '../inboxes/change.ts';
import { AppError } from '../lib/errors.ts';
import type { Spool } from '../spool/types.ts';
import { conversationEndpoints } from './conversations.ts';
import { deliveryEndpoints } from './deliveries.ts';
import type { Endpoint } from './endpoint.ts';
import { inboxEndpoints } from './inboxes.ts';
import { ledgerEndpoints } from './ledger.ts';
import { messageEndpoints, type StoredBytes } from './messages.ts';
import { openApiDocument, openApiRoute } from './openapi.ts';

export interface ApiDeps {
  readonly inboxes: InboxDeps;
  readonly blobs: StoredBytes;
  readonly spool: Pick<Spool, 'count'>;
  /** Of package.json, for the OpenAPI document. */
  readonly version: string;
}

/** Every operation of REST v1, one list for the routes and for their description. */
export function apiEndpoints(deps: ApiDeps): readonly Endpoint[] {
  return [
    ...inboxEndpoints(deps.inboxes),
    ...conversationEndpoints(),
    ...messageEndpoints(deps.blobs),
    ...deliveryEndpoints(),
    ...ledgerEndpoints(deps.spool),
  ];
}

/** The routes of REST v1 and of its OpenAPI document. */
export function apiRoutes(deps: ApiDeps): readonly Route[] {
  const endpoints = apiEndpoints(deps);
  const routes = [...endpoints.map(({ route }) => route), openApiRoute(openApiDocument(endpoints, deps.version))];
  return [...routes, ...refusals(routes)];
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** On a path that exists, every other method is answered with 405 and what is allowed (RFC 9110 §15.5.6). */
function refusals(routes: readonly Route[]): readonly Route[] {
  return [...Map.groupBy(routes, ({ path }) => path)].flatMap(([path, known]) => {
    const allowed = METHODS.filter((method) => known.some((route) => route.method === method));
    return METHODS.filter((method) => !allowed.includes(method)).map((method) => refusal(method, path, allowed.join(', ')));
  });
}

const refusal = (method: Route['method'], path: string, allowed: string): Route => ({
  method,
  path,
  may: 'api',
  handle: (ctx) => {
    ctx.set('Allow', allowed);
    throw new AppError('method_not_allowed', 405, `${method} is not possible here`, { help: `Possible: ${allowed}.` });
  },
});
