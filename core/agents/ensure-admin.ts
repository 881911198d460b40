import type { Scope } from '../db/scope.ts';
import { parseEmailAddress } from '../lib/email-address.ts';
import { InvalidError } from '../lib/errors.ts';
import type { AgentId } from '../lib/ids.ts';
import { createAgent } from './create-agent.ts';
import { hasAgents } from './list-agents.ts';

/** The administrator named in the environment, at first start only: null, and nothing changed, when anybody exists. Throws InvalidError. */
export async function ensureAdmin(scope: Scope, admin: { readonly email: string; readonly password: string }): Promise<AgentId | null> {
  if (await hasAgents(scope)) return null;
  const email = parseEmailAddress(admin.email);
  if (!email) throw new InvalidError({ email: 'agents.problem.email' });
  const [name = ''] = email.split('@');
  return createAgent(scope, {
    email,
    password: admin.password,
    role: 'administrator',
    firstName: name.charAt(0).toUpperCase() + name.slice(1),
    lastName: '',
    jobTitle: '',
    language: 'pl',
  });
}
