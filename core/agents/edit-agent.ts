import { stopBulkOf } from '../bulk-actions/stop.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { stopScheduledBy } from '../deliveries/stop-author.ts';
import { refreshAccess } from '../folders/access.ts';
import type { EmailAddress } from '../lib/email-address.ts';
import { ConflictError, InvalidError, NotFoundError } from '../lib/errors.ts';
import type { AgentId } from '../lib/ids.ts';
import type { Permission } from '../lib/permissions.ts';
import { voidLinks } from '../password-resets/void.ts';
import { endSessions } from '../sessions/end-sessions.ts';
import { expectRoom } from './limit.ts';
import { findAgent, lockAdministrators, updateDetails, updateEmail, updatePermissions, updateRole, updateStatus } from './store.ts';
import type { Agent, AgentDetails, AgentStatus, Role } from './types.ts';

export interface AgentEdit extends AgentDetails {
  readonly email: EmailAddress;
  readonly role: Role;
  /** Absent = they stay. */
  readonly permissions?: readonly Permission[];
}

/** An administrator's edit. A changed role or e-mail ends the agent's sessions, a changed e-mail the links that went to the former one. Throws ConflictError `last_administrator`. */
export async function editAgent(scope: Scope, id: AgentId, edit: AgentEdit): Promise<void> {
  await transact(scope, async (tx) => {
    const before = await existingAgent(tx, id);
    if (edit.role !== before.role) {
      if (before.role === 'administrator' && before.status === 'active') await keepOneAdministrator(tx, id);
      await updateRole(tx, id, edit.role);
      await refreshAccess(tx, [id]);
      tx.emit({ type: 'agent.role_changed', data: { agentId: id } });
    }
    if (edit.email !== before.email && !(await updateEmail(tx, id, edit.email)))
      throw new InvalidError({ email: 'agents.problem.email_taken' });
    if (edit.permissions) await permit(tx, before, edit.permissions);
    await updateDetails(tx, id, edit);
    tx.emit({ type: 'agent.changed', data: { agentId: id } });
    if (edit.email !== before.email) await voidLinks(tx, id);
    if (edit.role !== before.role || edit.email !== before.email) await endSessions(tx, id);
  });
}

/** A disabled agent is out at once: his sessions end, his keys stop working, what he has scheduled waits for a colleague, what he began on many conversations stops. Throws ConflictError `last_administrator`. */
export async function changeAgentStatus(scope: Scope, id: AgentId, status: AgentStatus): Promise<void> {
  await transact(scope, async (tx) => {
    const before = await existingAgent(tx, id);
    if (status === 'disabled' && before.role === 'administrator') await keepOneAdministrator(tx, id);
    if (status === 'active' && before.status !== 'active') await expectRoom(tx);
    await updateStatus(tx, id, status);
    tx.emit({ type: status === 'disabled' ? 'agent.disabled' : 'agent.enabled', data: { agentId: id } });
    if (status !== 'disabled') return;
    await endSessions(tx, id);
    await voidLinks(tx, id);
    await stopScheduledBy(tx, id);
    await stopBulkOf(tx, id);
  });
}

/** Throws NotFoundError. */
export async function existingAgent(scope: Scope | WriteScope, id: AgentId): Promise<Agent> {
  const agent = await findAgent(scope, id);
  if (!agent) throw new NotFoundError('Agent');
  return agent;
}

/** Works at the next thing he asks for: his sessions and keys go on with what he holds then. */
async function permit(tx: WriteScope, { id, permissions: before }: Agent, after: readonly Permission[]): Promise<void> {
  const given = after.filter((one) => !before.includes(one));
  const taken = before.filter((one) => !after.includes(one));
  if (given.length + taken.length === 0) return;
  await updatePermissions(tx, id, after);
  tx.emit({ type: 'agent.permissions_changed', data: { agentId: id, given, taken } });
}

async function keepOneAdministrator(tx: WriteScope, leaving: AgentId): Promise<void> {
  const others = (await lockAdministrators(tx)).filter((id) => id !== leaving);
  if (others.length === 0)
    throw new ConflictError('last_administrator', 'There must be an administrator', 'Make somebody else an administrator first.');
}
