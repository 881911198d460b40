import { checkPassword, type Proven } from '../agents/check-password.ts';
import { agentByEmail } from '../agents/list-agents.ts';
import type { Agent } from '../agents/types.ts';
import { type Scope, transact } from '../db/scope.ts';
import { parseEmailAddress } from '../lib/email-address.ts';
import { createRateLimiter, networkOf, type RateLimiter, TooManyError } from '../lib/rate-limit.ts';

export interface LoginLimits {
  readonly byNetwork: RateLimiter;
  readonly byAccount: RateLimiter;
}

/**
 * An account waits at most a minute, so a stranger slows its owner down but never locks him out; and a browser in which
 * he logged in before is counted by itself. A network waits up to an hour, but for such browsers: others guess there too.
 */
export function createLoginLimits(): LoginLimits {
  const hourMs = 3_600_000;
  return {
    byNetwork: createRateLimiter({ free: 20, firstWaitMs: 2_000, maxWaitMs: hourMs, forgetMs: 2 * hourMs }),
    byAccount: createRateLimiter({ free: 5, firstWaitMs: 2_000, maxWaitMs: 60_000, forgetMs: 2 * hourMs }),
  };
}

export interface LoginAttempt {
  readonly ip: string;
  readonly email: string;
  readonly password: string;
  /** Answers whether this browser proved before that it is the owner's, given the normalised e-mail; its name, or null. */
  readonly knownDevice: (email: string) => string | null;
  /** Starts the session; false when the password is another one by now. */
  readonly enter: (proven: Proven) => Promise<boolean>;
}

export type LoginResult =
  | { readonly outcome: 'in'; readonly agent: Agent; readonly account: string }
  | { readonly outcome: 'wrong' }
  | { readonly outcome: 'wait'; readonly waitMs: number };

/** Checks e-mail and password, and lets in. While somebody must wait, the password is not even looked at. */
export async function logIn(scope: Scope, limits: LoginLimits, attempt: LoginAttempt): Promise<LoginResult> {
  const email = parseEmailAddress(attempt.email);
  const account = email ?? attempt.email.trim().toLowerCase().slice(0, 320);
  const device = attempt.knownDevice(account);
  const byAccount = device === null ? `account ${account}` : `device ${device}`;
  const counts = [
    // A browser of one account cannot guess another's.
    ...(device === null ? [{ limiter: limits.byNetwork, key: networkOf(attempt.ip) }] : []),
    { limiter: limits.byAccount, key: byAccount },
  ];
  const wait = countAll(counts, scope.now());
  if (wait > 0) return { outcome: 'wait', waitMs: wait };
  let proven: Proven | null;
  try {
    proven = await checkPassword(scope, email, attempt.password, device === null ? 'stranger' : 'known');
  } catch (error) {
    if (!(error instanceof TooManyError)) throw error;
    for (const { limiter, key } of counts) limiter.forgive(key);
    return { outcome: 'wait', waitMs: error.retryAfterSeconds * 1_000 };
  }
  if (!proven || !(await attempt.enter(proven))) {
    // Whether there is such an account or not, the same is asked and written: the time that it takes tells nobody.
    const agentId = (email && (await agentByEmail(scope, email))?.id) ?? null;
    await transact(scope, async (tx) => tx.emit({ type: 'session.refused', data: { agentId } }));
    return { outcome: 'wrong' };
  }
  if (device === null) limits.byNetwork.forgive(networkOf(attempt.ip));
  limits.byAccount.clear(byAccount);
  return { outcome: 'in', agent: proven.agent, account };
}

/** Counts the attempt everywhere, or, answering how long to wait, nowhere. */
function countAll(counts: readonly { readonly limiter: RateLimiter; readonly key: string }[], now: Date): number {
  for (const [index, { limiter, key }] of counts.entries()) {
    const waitMs = limiter.attempt(key, now);
    if (waitMs === 0) continue;
    for (const earlier of counts.slice(0, index)) earlier.limiter.forgive(earlier.key);
    return waitMs;
  }
  return 0;
}
