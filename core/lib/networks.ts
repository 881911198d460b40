import { BlockList, isIP } from 'node:net';

/** A set of addresses and networks, IPv4 and IPv6. */
export interface Networks {
  /** An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) counts as the IPv4 one; what is no address is in no network. */
  has(ip: string): boolean;
}

/** `192.0.2.0/24`, `2001:db8::/32` or one address; null when it is none of these. */
export function parseNetwork(text: string): { readonly ip: string; readonly prefix: number; readonly family: 'ipv4' | 'ipv6' } | null {
  const [, ip = '', digits] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text.trim()) ?? [];
  const version = isIP(ip);
  if (version === 0) return null;
  const widest = version === 4 ? 32 : 128;
  const prefix = digits === undefined ? widest : Number(digits);
  return prefix > widest ? null : { ip, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** Networks separated by commas, spaces or line ends; null when one of them is wrong. */
export function parseNetworks(text: string): Networks | null {
  const list = new BlockList();
  for (const one of text.split(/[\s,;]+/).filter(Boolean)) {
    const network = parseNetwork(one);
    if (network === null) return null;
    list.addSubnet(network.ip, network.prefix, network.family);
  }
  return { has: (ip) => contains(list, ip) };
}

function contains(list: BlockList, ip: string): boolean {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '');
  const version = isIP(plain);
  return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
}
