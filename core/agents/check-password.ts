import type { Scope, WriteScope } from '../db/scope.ts';
import type { EmailAddress } from '../lib/email-address.ts';
import type { Hasher } from './hashing-turns.ts';
import { verifyPassword } from './password.ts';
import { findAgentWithHash, stampLogin } from './store.ts';
import type { Agent } from './types.ts';

/** Somebody who showed his password; `hash` is what it was compared with. */
export interface Proven {
  readonly agent: Agent;
  readonly hash: string;
}

/** The active agent with this e-mail and password, or null after the same time whatever was wrong. Raises too_many when too many strangers wait. */
export async function checkPassword(
  scope: Scope,
  email: EmailAddress | null,
  password: string,
  who: Hasher = 'known',
): Promise<Proven | null> {
  const { agent = null, hash = null } = (email === null ? null : await findAgentWithHash(scope, email)) ?? {};
  const isRight = await verifyPassword(password, hash, who);
  return agent && hash !== null && isRight && agent.status === 'active' ? { agent, hash } : null;
}

/** Remembers that he logs in now, in the transaction that lets him in; false when he has another password by now, or was disabled. */
export const noteLogin = (tx: WriteScope, { agent, hash }: Proven): Promise<boolean> => stampLogin(tx, agent.id, hash);
