import { agentByEmail } from '../agents/list-agents.ts';
import type { Scope } from '../db/scope.ts';
import { parseEmailAddress } from '../lib/email-address.ts';
import { NotFoundError } from '../lib/errors.ts';
import { makePasswordLink } from '../password-resets/make-link.ts';
import { type Command, EXIT } from './command.ts';
import { readOptions } from './options.ts';

/**
 * A link that sets a new password, for when no mail can be sent. It works once, for an hour.
 * Throws NotFoundError when nobody, or only a disabled agent, has this e-mail.
 */
export async function passwordLinkFor(scope: Scope, email: string, publicUrl: string): Promise<string> {
  const address = parseEmailAddress(email);
  const agent = address === null ? null : await agentByEmail(scope, address);
  if (agent?.status !== 'active') throw new NotFoundError(`An active user with the e-mail ${email}`);
  return makePasswordLink(scope, agent.id, 'reset', publicUrl);
}

export const resetPassword: Command = {
  name: 'reset-password',
  usage: 'EMAIL',
  summary: 'prints a link with which that user sets a new password; it works once, for an hour',
  run: async (args, console) => {
    const { positionals } = readOptions(args, {}, 1);
    const { scope } = await console.open();
    const link = await passwordLinkFor(scope, positionals[0] ?? '', console.config.publicUrl);
    console.note('Open this address in a browser within an hour:');
    console.say(link);
    return EXIT.ok;
  },
};
