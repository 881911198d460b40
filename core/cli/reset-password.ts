import { agentByEmail } from '../agents/list-agents.ts';
import type { Scope } from '../db/scope.ts';
import { parseEmailAddress } from '../lib/email-address.ts';
import { NotFoundError } from '../lib/errors.ts';
import { makePasswordLink } from '../password-resets/make-link.ts';

/**
 * `centrala reset-password EMAIL`: a link that sets a new password, for when no mail can be sent. It works once, for an hour.
 * Throws NotFoundError when nobody, or only a disabled agent, has this e-mail.
 */
export async function resetPassword(
  scope: Scope,
  args: { readonly email: string; readonly publicUrl: string },
): Promise<{ readonly link: string }> {
  const email = parseEmailAddress(args.email);
  const agent = email === null ? null : await agentByEmail(scope, email);
  if (agent?.status !== 'active') throw new NotFoundError(`An active agent with the e-mail ${args.email}`);
  return { link: await makePasswordLink(scope, agent.id, 'reset', args.publicUrl) };
}
