import type { BlockList } from 'node:net';
import { isIP } from 'node:net';
import { isPublicAddress, networkList } from '../../../core/lib/public-address.ts';

/** Where a machine that a stranger names may be: one port of the public Internet, and what the operator allowed beside. */
export interface AllowedServers {
  /** The port to connect to, or null when nothing must go there: a record of somebody's DNS may point anywhere, also into our own network. */
  portFor(address: string): number | null;
}

const SMTP_PORT = 25;

/**
 * Reads `CENTRALA_MX_ALLOW` or its like: networks separated by commas, `ip[/bits]`, with `:port` for IPv4 when it is not the usual one. What
 * is wrong in it is ignored.
 */
export function allowedServers(text: string, usualPort = SMTP_PORT): AllowedServers {
  const rules: { networks: BlockList; port: number }[] = [];
  for (const one of text.split(',')) {
    const [, network = '', port = String(usualPort)] = /^\s*([^\s:]+|[0-9a-f:]+(?:\/\d+)?)(?::(\d{1,5}))?\s*$/i.exec(one) ?? [];
    const networks = network === '' ? null : networkList([network]);
    if (networks) rules.push({ networks, port: Number(port) });
  }
  return {
    portFor: (address) => {
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      const rule = isIP(address) === 0 ? undefined : rules.find(({ networks }) => networks.check(address, family));
      return rule?.port ?? (isPublicAddress(address) ? usualPort : null);
    },
  };
}
