import { BlockList, isIP } from 'node:net';

/** Addresses that lead to no machine of the public Internet (RFC 6890 and its registries): our own network, or nowhere. */
const SPECIAL: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/9',
  'ff00::/8',
];

/** A list of networks written `ip` or `ip/bits`. Null when one of them is wrong. */
export function networkList(networks: readonly string[]): BlockList | null {
  const list = new BlockList();
  for (const text of networks) {
    const [address = '', bits] = text.split('/');
    const version = isIP(address);
    const most = version === 4 ? 32 : 128;
    if (version === 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most))) return null;
    list.addSubnet(address, bits === undefined ? most : Number(bits), version === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

let special: BlockList | null = null;

/** Whether an IP address is one of the public Internet. An IPv4 address inside an IPv6 one counts as what it is. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  // When first asked: the expressions behind isIP take a moment.
  special ??= networkList(SPECIAL) ?? new BlockList();
  return !special.check(address, version === 4 ? 'ipv4' : 'ipv6');
}
