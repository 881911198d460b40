import { setPassword } from '../agents/change-password.ts';
import type { Scope } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import { makePasswordLink } from '../password-resets/make-link.ts';
import { activeAgent } from './active-agent.ts';
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
