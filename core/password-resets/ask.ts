import { agentByEmail } from '../agents/list-agents.ts';
import type { Agent } from '../agents/types.ts';
import type { Scope } from '../db/scope.ts';
import { parseEmailAddress } from '../lib/email-address.ts';
import { createRateLimiter, networkOf, type RateLimiter } from '../lib/rate-limit.ts';
import { makePasswordLink } from './make-link.ts';

export interface ResetLimits {
  readonly byNetwork: RateLimiter;
  readonly byAccount: RateLimiter;
}

export function createResetLimits(): ResetLimits {
  const hourMs = 3_600_000;
  return {
    byNetwork: createRateLimiter({ free: 10, firstWaitMs: 60_000, maxWaitMs: hourMs, forgetMs: 2 * hourMs }),
    byAccount: createRateLimiter({ free: 3, firstWaitMs: 10 * 60_000, maxWaitMs: hourMs, forgetMs: 2 * hourMs }),
  };
}

/** The link to mail to the agent with this e-mail, or null when there is nobody active, or he was mailed often enough. */
export async function askForReset(
  scope: Scope,
  limits: ResetLimits,
  asked: { readonly email: string; readonly publicUrl: string },
): Promise<{ readonly agent: Agent; readonly link: string } | null> {
  const email = parseEmailAddress(asked.email);
  if (!email || limits.byAccount.attempt(email, scope.now()) > 0) return null;
  const agent = await agentByEmail(scope, email);
  if (agent?.status !== 'active') return null;
  return { agent, link: await makePasswordLink(scope, agent.id, 'reset', asked.publicUrl, { askedFor: true }) };
}

/** Milliseconds until this address may ask again, for anybody; 0 = now, and counts. */
export function resetWaitMs(limits: ResetLimits, ip: string, now: Date): number {
  return limits.byNetwork.attempt(networkOf(ip), now);
}
