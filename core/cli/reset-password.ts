import { setPassword } from '../agents/change-password.ts';
import { agentByEmail } from '../agents/list-agents.ts';
import type { Agent } from '../agents/types.ts';
import type { Scope } from '../db/scope.ts';
import { parseEmailAddress } from '../lib/email-address.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import { makePasswordLink } from '../password-resets/make-link.ts';
import { type Command, EXIT } from './command.ts';
import { readOptions } from './options.ts';
import { inWords } from './texts.ts';

/**
 * A link that sets a new password, for when no mail can be sent. It works once, for an hour.
 * Throws NotFoundError when nobody, or only a disabled agent, has this e-mail.
 */
export async function passwordLinkFor(scope: Scope, email: string, publicUrl: string): Promise<string> {
  return makePasswordLink(scope, (await activeAgent(scope, email)).id, 'reset', publicUrl);
}

async function activeAgent(scope: Scope, email: string): Promise<Agent> {
  const address = parseEmailAddress(email);
  const agent = address === null ? null : await agentByEmail(scope, address);
  if (agent?.status !== 'active') throw new NotFoundError(`An active user with the e-mail ${email}`);
  return agent;
}

function explain(error: unknown): never {
  throw error instanceof InvalidError ? inWords(error, '') : error;
}

export const resetPassword: Command = {
  name: 'reset-password',
  usage: 'EMAIL [--password-stdin]',
  summary: 'prints a link with which that user sets a new password (once, within an hour), or sets the one on standard input',
  run: async (args, console) => {
    const { positionals, values } = readOptions(args, { 'password-stdin': { type: 'boolean', default: false } }, 1);
    const [email = ''] = positionals;
    const { scope } = await console.open();
    if (values['password-stdin']) {
      const { id } = await activeAgent(scope, email);
      await setPassword(scope, id, await console.readInput()).catch(explain);
      console.note('The password was changed; every session of this user has ended.');
      return EXIT.ok;
    }
    const link = await passwordLinkFor(scope, email, console.config.publicUrl);
    console.note('Open this address in a browser within an hour:');
    console.say(link);
    return EXIT.ok;
  },
};
