import { type Scope, transact } from '../db/scope.ts';
import { networkOf } from '../lib/rate-limit.ts';
import { sha256 } from '../lib/secrets.ts';
import type { Caller } from '../plugins/contract.ts';
import { deleteExpiredGreylisted, findGreylisted, putGreylisted } from './store.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A real server comes again after this long; most programs that only blast do not (RFC 6647 §5). */
export const WAIT_MS = 5 * MINUTE_MS;
/** Whoever has not come again by then starts anew. */
const RETRY_WITHIN_MS = 2 * DAY_MS;
/** Whoever came again is known for as long after his last mail. */
const KNOWN_MS = 35 * DAY_MS;
/** A machine that came again for so many different pairs is a real server and waits no more. */
const TRUSTED_PASSES = 5;

/**
 * Greylisting (RFC 6647): whether this caller came again for this pair of sender and recipient after five minutes, or is known. False:
 * ask him to come again. Only hashes are stored.
 */
export async function hasWaited(scope: Scope, { ip, sender }: Caller, recipient: string): Promise<boolean> {
  const network = clientOf(ip);
  const [client, triplet] = [sha256(`client ${network}`), sha256(`triplet ${network} ${steady(sender)} ${recipient.toLowerCase()}`)];
  const machine = await findGreylisted(scope, client);
  if (machine && machine.passes >= TRUSTED_PASSES) {
    await know(scope, client, machine.passes, machine.firstSeenAt);
    return true;
  }
  const known = await findGreylisted(scope, triplet);
  const now = scope.now();
  if (!known) {
    const first = { passes: 0, firstSeenAt: now };
    await transact(scope, (tx) => putGreylisted(tx, triplet, first, new Date(now.getTime() + RETRY_WITHIN_MS)));
    return false;
  }
  if (now.getTime() - known.firstSeenAt.getTime() < WAIT_MS) return false;
  await know(scope, triplet, known.passes + 1, known.firstSeenAt);
  if (known.passes === 0) await know(scope, client, (machine?.passes ?? 0) + 1, machine?.firstSeenAt ?? now);
  return true;
}

const know = (scope: Scope, key: string, passes: number, firstSeenAt: Date): Promise<void> =>
  transact(scope, (tx) => putGreylisted(tx, key, { passes, firstSeenAt }, new Date(scope.now().getTime() + KNOWN_MS)));

export const forgetOldGreylisted = (scope: Scope): Promise<number> => transact(scope, deleteExpiredGreylisted);

/** Farms of senders come again from a neighbouring address: IPv4 /24, IPv6 /64. */
function clientOf(ip: string): string {
  const network = networkOf(ip);
  return network.includes(':') ? network : network.split('.').slice(0, 3).join('.');
}

/** Mailing lists put a number or a tag of the recipient into each sender (VERP): the part that stays the same. */
const steady = (sender: string): string =>
  sender
    .toLowerCase()
    .replace(/\+[^@]*(?=@)/, '')
    .replace(/\d+/g, '#');
