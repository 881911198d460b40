import type { DeliveryId } from '../../../core/lib/ids.ts';
import type { SendResult } from '../../../core/plugins/contract.ts';
import type { Means } from './means.ts';
import { relayHost } from './relay.ts';
import { relayTarget } from './target.ts';
import { type Letter, leftOf, tryServer } from './transaction.ts';

/** Names of an inbox's relays among pools and health: those of one inbox begin alike. */
export const routesOf = (inboxId: number): string => `inbox ${inboxId} `;

/**
 * Hands the letter to the inbox's relay, and to the second one when the first cannot be used: then nothing of the letter was taken,
 * so nobody gets it twice. What a relay answers about a recipient is final for this attempt.
 */
export async function sendThroughRelays(letter: Letter, signal: AbortSignal, means: Means): Promise<readonly SendResult[]> {
  const { relay, secondRelay, checkCertificate } = letter.inbox.settings;
  const routes = [relay, secondRelay].flatMap((one, index) => {
    const name = `${routesOf(letter.inbox.id)}${index}`;
    return one ? [{ name, host: relayHost(one), target: relayTarget(one, checkCertificate, means.helo), isSecond: index === 1 }] : [];
  });
  // One that was down a moment ago comes last.
  routes.sort((a, b) => Number(means.health.isDown(a.name)) - Number(means.health.isDown(b.name)));
  const said = new Map<DeliveryId, SendResult>();
  let rest = letter;
  for (const { name, host, target, isSecond } of routes) {
    const pool = means.pools.of(name, target);
    const { results, down } = await pool.limited(() => tryServer(pool, rest, signal));
    for (const one of results) said.set(one.deliveryId, isSecond ? throughSecond(one) : one);
    if (!down) {
      means.health.up(name);
      return [...said.values()];
    }
    if (signal.aborted) break;
    means.health.down(name, `${host}: ${down.text}`);
    rest = leftOf(rest, results);
    if (rest.recipients.length === 0) break;
  }
  return [...said.values()].map(unreachable);
}

/** What an administrator can do something about has a note of its own already. */
function unreachable({ deliveryId, outcome }: SendResult): SendResult {
  return { deliveryId, outcome: outcome.state === 'deferred' && !outcome.note ? { ...outcome, note: 'relay_unreachable' } : outcome };
}

function throughSecond({ deliveryId, outcome }: SendResult): SendResult {
  return { deliveryId, outcome: outcome.state === 'accepted' ? { ...outcome, note: 'second_route' } : outcome };
}
