import { z } from 'zod';
import { checkPassword } from '../agents/check-password.ts';
import type { Scope } from '../db/scope.ts';
import type { EmailAddress } from '../lib/email-address.ts';
import { InvalidError } from '../lib/errors.ts';
import type { AgentId } from '../lib/ids.ts';
import { createRateLimiter, TooManyError } from '../lib/rate-limit.ts';

export const PASSWORD = z.object({ current: z.string().min(1, 'forms.required').max(4_000, 'forms.too_long') });

/** Raises InvalidError when this is not the agent's own password, TooManyError when it was guessed too often. */
export type PasswordAgain = (scope: Scope, agent: { readonly id: AgentId; readonly email: string }, current: string) => Promise<void>;

/** For what a stolen session must not do; all who use one count the guesses together. */
export function createPasswordAgain(): PasswordAgain {
  const guesses = createRateLimiter({ free: 5, firstWaitMs: 2_000, maxWaitMs: 600_000, forgetMs: 3_600_000 });
  return async (scope, { id, email }, current) => {
    const waitMs = guesses.attempt(String(id), scope.now());
    if (waitMs > 0) throw new TooManyError(waitMs);
    if (!(await checkPassword(scope, email as EmailAddress, current))) throw new InvalidError({ current: 'profile.problem.old_password' });
    guesses.clear(String(id));
  };
}
