import type { ChannelHost } from '../../../core/plugins/contract.ts';
import { type AllowedServers, allowedServers } from './allowed.ts';
import { createPools, type Pools } from './pools.ts';
import { createRouteHealth, type RouteHealth } from './route-health.ts';
import { heloName } from './target.ts';

/** What sending needs beside a message. */
export interface Means {
  readonly pools: Pools;
  readonly health: RouteHealth;
  readonly signingKeys: ChannelHost['signingKeys'];
  readonly dns: ChannelHost['dns'];
  /** Where mail without a relay may go. */
  readonly allowed: AllowedServers;
  /** The name we greet with, or null for the machine's. */
  readonly helo: string | null;
}

/** How many connections a stranger's server is bothered with at a time. */
const MX_CONNECTIONS = 2;
const RELAY_CONNECTIONS = 5;
/** Pools of servers that were looked up by MX. */
export const MX_OWNER = 'mx ';

export function sendingMeans({
  signingKeys,
  dns,
  server,
  accessToken,
}: Pick<ChannelHost, 'signingKeys' | 'dns' | 'server' | 'accessToken'>): Means {
  return {
    pools: createPools((owner) => (owner.startsWith(MX_OWNER) ? MX_CONNECTIONS : RELAY_CONNECTIONS), accessToken),
    health: createRouteHealth(),
    signingKeys,
    dns,
    allowed: allowedServers(server['mxAllow'] ?? ''),
    helo: heloName(server['hostname']),
  };
}
