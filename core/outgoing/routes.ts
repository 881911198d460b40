import type { Route } from '../http/context.ts';
import { type Connection, unlisted } from './list.ts';

export interface OutgoingDeps {
  readonly connections: () => Promise<readonly Connection[]>;
}

/** Settings → Connections: what this machine connects to, and what for. */
export function outgoingRoutes({ connections }: OutgoingDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/outgoing',
      may: 'administrator',
      handle: async (ctx) => {
        const all = await connections();
        ctx.page('outgoing/list', { rows: all, strangers: unlisted(all).length });
      },
    },
  ];
}
