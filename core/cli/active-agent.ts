import { agentByEmail, listAgents } from '../agents/list-agents.ts';
import type { Agent } from '../agents/types.ts';
import type { Scope } from '../db/scope.ts';
import { parseEmailAddress } from '../lib/email-address.ts';
import { NotFoundError } from '../lib/errors.ts';

/** Whoever logs in with this address. Throws NotFoundError, which names the administrators, when nobody does or he was disabled. */
export async function activeAgent(scope: Scope, email: string): Promise<Agent> {
  const address = parseEmailAddress(email);
  const agent = address === null ? null : await agentByEmail(scope, address);
  if (agent?.status === 'active') return agent;
  throw new NotFoundError(`An active user with the e-mail ${email}`, await whoThereIs(scope));
}

async function whoThereIs(scope: Scope): Promise<string> {
  const active = (await listAgents(scope)).filter(({ status, role }) => status === 'active' && role === 'administrator');
  if (active.length === 0) return 'There is no user yet: the first start prints the address to set Centrala up.';
  return `Administrators are: ${active.map(({ email }) => email).join(', ')}`;
}
