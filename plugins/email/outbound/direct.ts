import { domainOf } from '../../../core/lib/email-address.ts';
import type { DeliveryId } from '../../../core/lib/ids.ts';
import type { SendResult } from '../../../core/plugins/contract.ts';
import { createLimit } from './limit.ts';
import { type Means, MX_OWNER } from './means.ts';
import { type MailServer, mailServers } from './mx.ts';
import { sameForAll } from './outcome.ts';
import { mxTarget } from './target.ts';
import { type Letter, leftOf, type Tried, tryServer } from './transaction.ts';

const DOMAINS_AT_ONCE = 4;

/** Hands the letter to the mail servers of its recipients' domains, one transaction for each domain. */
export async function sendDirect(letter: Letter, signal: AbortSignal, means: Means): Promise<readonly SendResult[]> {
  const limited = createLimit(DOMAINS_AT_ONCE);
  const domains = Map.groupBy(letter.recipients, ({ address }) => domainOf(address));
  const sent = [...domains].map(([domain, recipients]) => limited(() => sendToDomain({ ...letter, recipients }, domain, signal, means)));
  return (await Promise.all(sent)).flat();
}

/**
 * Tries the servers of a domain in order until one can be used; what it answers counts. A server that was not reached is passed over, so
 * nobody gets the mail twice.
 */
async function sendToDomain(letter: Letter, domain: string, signal: AbortSignal, means: Means): Promise<readonly SendResult[]> {
  const found = await mailServers(means.dns, domain, means.allowed);
  if (found.state === 'none') return sameForAll(letter.recipients, found.outcome, null);
  const reasons: string[] = [];
  const said = new Map<DeliveryId, SendResult>();
  let rest = letter;
  for (const server of found.servers) {
    const { results, down } = await tryMailServer(rest, server, signal, means);
    for (const one of results) said.set(one.deliveryId, one);
    // A server that turns us away for good speaks for the domain.
    if (!down || (down.reply !== null && down.reply >= 500)) return [...said.values()];
    rest = leftOf(rest, results);
    reasons.push(`${server.host} [${server.address}]: ${down.text}`);
    if (signal.aborted || rest.recipients.length === 0) break;
  }
  const deferred = { state: 'deferred', reason: reasons.join('; ').slice(0, 900), status: '4.4.1', note: 'mx_silent' } as const;
  for (const one of sameForAll(rest.recipients, deferred, null)) said.set(one.deliveryId, one);
  return [...said.values()];
}

/** With TLS when offered; once more without it when that fails (RFC 7435: some protection or none, but no mail is held up for it). */
async function tryMailServer(letter: Letter, server: MailServer, signal: AbortSignal, { pools, helo }: Means): Promise<Tried> {
  const owner = `${MX_OWNER}${server.address}:${server.port}`;
  const attempt = (tls: 'opportunistic' | 'none'): Promise<Tried> => {
    const pool = pools.of(`${owner} ${server.host} ${tls}`, mxTarget(server, tls, helo));
    return pool.limited(() => tryServer(pool, letter, signal));
  };
  const first = await attempt('opportunistic');
  return first.down?.isTls && !signal.aborted ? attempt('none') : first;
}
