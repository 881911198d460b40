import { z } from 'zod';
import { checkPassword } from '../agents/check-password.ts';
import type { Scope } from '../db/scope.ts';
import type { EmailAddress } from '../lib/email-address.ts';
import { InvalidError } from '../lib/errors.ts';
import type { AgentId } from '../lib/ids.ts';
import { limitGuesses } from '../lib/rate-limit.ts';

export const PASSWORD = z.object({ current: z.string().min(1, 'forms.required').max(4_000, 'forms.too_long') });

/** Raises InvalidError when this is not the agent's own password, TooManyError when it was guessed too often. */
export type PasswordAgain = (scope: Scope, agent: { readonly id: AgentId; readonly email: string }, current: string) => Promise<void>;

/** For what a stolen session must not do; all who use one count the guesses together. */
export function createPasswordAgain(): PasswordAgain {
  const guesses = limitGuesses();
  return (scope, { id, email }, current) =>
    guesses(String(id), scope.now(), async () => {
      if (!(await checkPassword(scope, email as EmailAddress, current)))
        throw new InvalidError({ current: 'profile.problem.old_password' });
    });
}
