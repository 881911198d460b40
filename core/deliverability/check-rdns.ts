import { isIPv4 } from 'node:net';
import type { Dns } from '../lib/dns.ts';
import { isPublicAddress } from '../lib/public-address.ts';
import { noAnswer, result } from './result.ts';
import type { CheckResult, DomainFacts } from './types.ts';

/** Reverse DNS: the address we send from has a name, and it is the one we greet with. Only when this machine sends by itself. */
export async function checkRdns(dns: Dns, { isDirect, helloName }: DomainFacts): Promise<CheckResult> {
  if (!isDirect) return result('rdns', 'info', 'by_relay');
  const forward = await dns.lookup(helloName, 'A');
  if (forward.state === 'failed') return noAnswer('rdns');
  const address = forward.state === 'found' ? forward.records.find((one) => isIPv4(one) && isPublicAddress(one)) : undefined;
  if (address === undefined) return result('rdns', 'warn', 'no_address', { values: { host: helloName } });
  const reverse = `${address.split('.').toReversed().join('.')}.in-addr.arpa`;
  const answer = await dns.lookup(reverse, 'PTR');
  if (answer.state === 'failed') return noAnswer('rdns');
  const names = answer.state === 'found' ? answer.records : [];
  const record = { type: 'PTR', host: address, value: `${helloName}.` } as const;
  const values = { address, host: helloName };
  if (names.length === 0) return result('rdns', 'bad', 'missing', { values, record });
  const isSame = names.some((name) => name.replace(/\.$/, '').toLowerCase() === helloName.toLowerCase());
  return result('rdns', isSame ? 'ok' : 'warn', isSame ? 'right' : 'different', { values, seen: names, record: isSame ? null : record });
}
