import type { Authentication } from '../../../core/lib/authentication.ts';
import type { Dns, DnsType } from '../../../core/lib/dns.ts';
import type { Authenticate } from '../../../core/plugins/contract.ts';
import { authorsIn } from './authors.ts';
import { check } from './check.ts';
import { outsideSender } from './hops.ts';
import { boundedMessage } from './message.ts';
import { authenticationOf, ownUnsigned } from './result.ts';

/** After this long the DNS is not asked any more: what is known by then is the result. */
const DNS_TIME_MS = 6000;
const ASKED: readonly DnsType[] = ['A', 'AAAA', 'MX', 'PTR', 'TXT'];

/**
 * Checks SPF (RFC 7208), DKIM (RFC 6376), ARC (RFC 8617) and DMARC (RFC 9989) of one mail. Authentication-Results that came with it are
 * never read: anybody can write them.
 */
const authenticate: Authenticate = async ({ envelope, bytes, open, dns }) => {
  const source = open();
  const { headers, ...message } = await boundedMessage(source, bytes);
  const sender = outsideSender(envelope, headers.all('received'));
  const authors = authorsIn(headers, envelope['mailFrom']);
  // What a server of an account says about who handed it in is not believed: anybody can write a header.
  const fetched = (found: Authentication): Authentication => (envelope['source'] === 'imap' ? { ...found, origin: 'account' } : found);
  const isSigned = headers.has('dkim-signature') || headers.has('arc-seal');
  if (sender === null && !isSigned) {
    source.destroy();
    return fetched(ownUnsigned(authors));
  }
  const checked = await check(message, {
    client: sender,
    sender: envelope['mailFrom'] ?? '',
    author: authors.instead,
    resolver: resolverOf(dns),
  });
  return fetched(authenticationOf(checked, sender, authors));
};

export default authenticate;

/** Answers as the library expects them: records, or an error with the code of Node's resolver. */
function resolverOf(dns: Dns): (name: string, type: string) => Promise<string[][] | string[]> {
  const end = performance.now() + DNS_TIME_MS;
  return async (name, type) => {
    const asked = ASKED.find((one) => one === type);
    const answer = asked && performance.now() < end ? await dns.lookup(name, asked) : { state: 'failed' as const, code: 'ETIMEOUT' };
    if (answer.state === 'found') return answer.records as string[][];
    throw Object.assign(new Error(`${type} ${name}`), { code: codeOf(answer) });
  };
}

function codeOf(answer: { state: 'missing'; name: boolean } | { state: 'failed'; code: string }): string {
  if (answer.state === 'failed') return answer.code;
  return answer.name ? 'ENODATA' : 'ENOTFOUND';
}
