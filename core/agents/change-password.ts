import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { lockPersonal } from '../folders/personal.ts';
import type { EmailAddress } from '../lib/email-address.ts';
import { InvalidError } from '../lib/errors.ts';
import type { AgentId } from '../lib/ids.ts';
import { voidLinks } from '../password-resets/void.ts';
import { endSessions } from '../sessions/end-sessions.ts';
import { newPasswordHash } from './create-agent.ts';
import { existingAgent } from './edit-agent.ts';
import { verifyPassword } from './password.ts';
import { findAgentWithHash, updateEmail, updatePassword } from './store.ts';

/** The agent himself, who must know the old one. Ends all his sessions (the caller starts a new one), and links to choose a password work no more. Throws InvalidError. */
export async function changeOwnPassword(scope: Scope, id: AgentId, old: string, password: string): Promise<void> {
  const known = await findAgentWithHash(scope, id);
  if (!(await verifyPassword(old, known?.hash ?? null))) throw new InvalidError({ old: 'profile.problem.old_password' });
  await store(scope, id, password);
}

/**
 * Without the old one: for an administrator, the command line and reset links. Ends all sessions of the agent and the links he was sent, and closes his personal
 * mailboxes until he shows that they are his.
 */
export const setPassword = (
  scope: Scope,
  id: AgentId,
  password: string,
  also: (tx: WriteScope) => Promise<void> = async () => {},
): Promise<void> =>
  store(scope, id, password, async (tx) => {
    await also(tx);
    await lockPersonal(tx, id);
  });

async function store(scope: Scope, id: AgentId, password: string, also: (tx: WriteScope) => Promise<void> = async () => {}): Promise<void> {
  const hash = await newPasswordHash(scope, password, await existingAgent(scope, id));
  await transact(scope, async (tx) => {
    await also(tx);
    await updatePassword(tx, id, hash);
    await voidLinks(tx, id);
    tx.emit({ type: 'password.changed', data: { agentId: id } });
    await endSessions(tx, id);
  });
}

/** The agent's own e-mail, by which he logs in: he must know his password. Throws InvalidError. */
export async function changeOwnEmail(scope: Scope, id: AgentId, password: string, email: EmailAddress): Promise<void> {
  const known = await findAgentWithHash(scope, id);
  if (!(await verifyPassword(password, known?.hash ?? null))) throw new InvalidError({ current: 'profile.problem.old_password' });
  await transact(scope, async (tx) => {
    if (!(await updateEmail(tx, id, email))) throw new InvalidError({ email: 'agents.problem.email_taken' });
    tx.emit({ type: 'agent.changed', data: { agentId: id } });
    await voidLinks(tx, id);
    await endSessions(tx, id);
  });
}
