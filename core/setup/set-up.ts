import { createAgent } from '../agents/create-agent.ts';
import { passwordProblem } from '../agents/password.ts';
import type { Scope } from '../db/scope.ts';
import type { EmailAddress } from '../lib/email-address.ts';
import { ForbiddenError, InvalidError } from '../lib/errors.ts';
import type { AgentId } from '../lib/ids.ts';
import type { Language } from '../lib/language.ts';
import { changeGeneral } from '../settings/general.ts';
import { takeSetupToken } from './token.ts';

export interface SetupInput {
  readonly companyName: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: EmailAddress;
  readonly password: string;
  readonly language: Language;
}

/** Creates the first administrator and names the company, once: the token is used up in the same transaction. Throws ForbiddenError or InvalidError. */
export async function setUp(scope: Scope, token: string, input: SetupInput): Promise<AgentId> {
  const { companyName, language, password, ...person } = input;
  const problem = passwordProblem(password, [companyName]);
  if (problem) throw new InvalidError({ password: problem });
  const refused = new ForbiddenError(
    'This set-up link does not work',
    'Use the newest link that the program printed at its start.',
    'setup_link',
  );
  return createAgent(scope, { ...person, password, language, role: 'administrator', jobTitle: '' }, async (tx) => {
    if (!(await takeSetupToken(tx, token))) throw refused;
    await changeGeneral(tx, { companyName, defaultLanguage: language });
  });
}
