import { type Scope, transact } from '../db/scope.ts';
import type { EmailAddress } from '../lib/email-address.ts';
import { verifyPassword } from './password.ts';
import { findAgentWithHash, stampLogin } from './store.ts';
import type { Agent } from './types.ts';

/** The active agent with this e-mail and password, or null after the same time whatever was wrong. */
export async function checkPassword(scope: Scope, email: EmailAddress | null, password: string): Promise<Agent | null> {
  const known = email === null ? null : await findAgentWithHash(scope, email);
  const isRight = await verifyPassword(password, known?.hash ?? null);
  return known && isRight && known.agent.status === 'active' ? known.agent : null;
}

/** Remembers that he logged in now. */
export async function noteLogin(scope: Scope, agent: Agent): Promise<void> {
  await transact(scope, (tx) => stampLogin(tx, agent.id));
}
