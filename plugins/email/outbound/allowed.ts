import type { BlockList } from 'node:net';
import { isIP } from 'node:net';
import { isPublicAddress, networkList } from '../../../core/lib/public-address.ts';

/** Where mail for other domains is handed over: port 25 of the public Internet, and what the operator allowed beside. */
export interface AllowedServers {
  /** The port to connect to, or null when mail must not go there: an MX record may point anywhere, also into our own network. */
  portFor(address: string): number | null;
}

const SMTP_PORT = 25;

/** Reads `CENTRALA_MX_ALLOW`: networks separated by commas, `ip[/bits]`, with `:port` for IPv4 when it is not 25. What is wrong in it is ignored. */
export function allowedServers(text: string): AllowedServers {
  const rules: { networks: BlockList; port: number }[] = [];
  for (const one of text.split(',')) {
    const [, network = '', port = '25'] = /^\s*([^\s:]+|[0-9a-f:]+(?:\/\d+)?)(?::(\d{1,5}))?\s*$/i.exec(one) ?? [];
    const networks = network === '' ? null : networkList([network]);
    if (networks) rules.push({ networks, port: Number(port) });
  }
  return {
    portFor: (address) => {
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      const rule = isIP(address) === 0 ? undefined : rules.find(({ networks }) => networks.check(address, family));
      return rule?.port ?? (isPublicAddress(address) ? SMTP_PORT : null);
    },
  };
}
