import { isIP } from 'node:net';
import type { Dns } from '../../../core/lib/dns.ts';

/** The first list that names this address (RFC 5782), or null; a list that does not answer names nobody. */
export async function listedAt(dns: Dns, lists: readonly string[], ip: string): Promise<string | null> {
  const name = reversed(ip);
  if (name === null) return null;
  const answers = await Promise.all(lists.map(async (list) => ((await isListed(dns, `${name}.${list}`)) ? list : null)));
  return answers.find((list) => list !== null) ?? null;
}

async function isListed(dns: Dns, name: string): Promise<boolean> {
  const answer = await dns.lookup(name, 'A');
  // RFC 5782 §2.3: listed is 127.0.0.0/8. 127.0.0.1 is never an entry; 127.255.255.x says that the question was refused.
  return answer.state === 'found' && answer.records.some((ip) => /^127\./.test(ip) && ip !== '127.0.0.1' && !ip.startsWith('127.255.255.'));
}

/** RFC 5782 §2.1 and §2.4: bytes, or for IPv6 nibbles, from last to first. */
export function reversed(ip: string): string | null {
  if (isIP(ip) === 4) return ip.split('.').reverse().join('.');
  if (isIP(ip) !== 6) return null;
  const [head = '', tail = ''] = ip.split('::');
  const [left, right] = [head.split(':').filter(Boolean), tail.split(':').filter(Boolean)];
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return [...groups.map((group) => group.padStart(4, '0')).join('')].reverse().join('.');
}
