import type { Scope } from '../db/scope.ts';
import type { EmailAddress } from '../lib/email-address.ts';
import { anyAgent, findAgents, findAgentWithHash } from './store.ts';
import type { Agent } from './types.ts';

/** Everybody, the disabled too, in the order they were added. */
export function listAgents(scope: Scope): Promise<readonly Agent[]> {
  return findAgents(scope);
}

/** False only before set-up. */
export function hasAgents(scope: Scope): Promise<boolean> {
  return anyAgent(scope);
}

/** Null when nobody has this e-mail. */
export async function agentByEmail(scope: Scope, email: EmailAddress): Promise<Agent | null> {
  return (await findAgentWithHash(scope, email))?.agent ?? null;
}
