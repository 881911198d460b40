import type { Scope, WriteScope } from '../db/scope.ts';
import type { EmailAddress } from '../lib/email-address.ts';
import type { AgentId } from '../lib/ids.ts';
import { type OwnKeys, writeKeys } from '../lib/keys.ts';
import { type Permission, writePermissions } from '../lib/permissions.ts';
import { type AgentRow, agentFromRow } from './from-row.ts';
import type { Agent, AgentDetails, AgentStatus, Availability, Ring, Role, Theme } from './types.ts';

export interface NewAgent extends AgentDetails {
  readonly email: EmailAddress;
  readonly role: Role;
  readonly permissions?: readonly Permission[];
  /** Null = he sets one by invitation. */
  readonly passwordHash: string | null;
}

export async function findAgent(scope: Scope, id: AgentId): Promise<Agent | null> {
  const row: AgentRow | undefined = await scope.db('agents').where({ id }).first();
  return row ? agentFromRow(row) : null;
}

export async function findAgentWithHash(scope: Scope, key: AgentId | EmailAddress): Promise<{ agent: Agent; hash: string | null } | null> {
  const query = scope.db('agents').where(typeof key === 'number' ? { id: key } : { email: key });
  const row: AgentRow | undefined = await query.first();
  return row ? { agent: agentFromRow(row), hash: row.password_hash } : null;
}

export async function findAgents(scope: Scope): Promise<readonly Agent[]> {
  const rows: AgentRow[] = await scope.db('agents').orderBy('id');
  return rows.map(agentFromRow);
}

export async function anyAgent(scope: Scope): Promise<boolean> {
  return (await scope.db('agents').first('id')) !== undefined;
}

/** Null when the e-mail is taken. */
export async function insertAgent(tx: WriteScope, agent: NewAgent): Promise<AgentId | null> {
  const rows: { id: AgentId }[] = await tx
    .db('agents')
    .insert({
      email: agent.email,
      first_name: agent.firstName,
      last_name: agent.lastName,
      job_title: agent.jobTitle,
      language: agent.language,
      role: agent.role,
      permissions: writePermissions(agent.permissions ?? []),
      password_hash: agent.passwordHash,
      created_at: tx.now().toISOString(),
    })
    .onConflict('email')
    .ignore()
    .returning('id');
  return rows[0]?.id ?? null;
}

export async function updateDetails(tx: WriteScope, id: AgentId, details: AgentDetails): Promise<void> {
  const { firstName, lastName, jobTitle, language } = details;
  await tx.db('agents').where({ id }).update({ first_name: firstName, last_name: lastName, job_title: jobTitle, language });
}

/** False when another agent has this e-mail. */
export async function updateEmail(tx: WriteScope, id: AgentId, email: EmailAddress): Promise<boolean> {
  const taken = tx.db('agents as other').where('other.email', email).whereNot('other.id', id).select('other.id');
  return (await tx.db('agents').where({ id }).whereNotExists(taken).update({ email })) > 0;
}

export async function updateRole(tx: WriteScope, id: AgentId, role: Role): Promise<void> {
  await tx.db('agents').where({ id }).update({ role });
}

export async function updatePermissions(tx: WriteScope, id: AgentId, permissions: readonly Permission[]): Promise<void> {
  await tx
    .db('agents')
    .where({ id })
    .update({ permissions: writePermissions(permissions) });
}

export async function updateStatus(tx: WriteScope, id: AgentId, status: AgentStatus): Promise<void> {
  await tx.db('agents').where({ id }).update({ status });
}

export async function updatePassword(tx: WriteScope, id: AgentId, hash: string): Promise<void> {
  await tx.db('agents').where({ id }).update({ password_hash: hash });
}

export async function updateTheme(tx: WriteScope, id: AgentId, theme: Theme): Promise<void> {
  await tx.db('agents').where({ id }).update({ theme });
}

export async function updateKeys(tx: WriteScope, id: AgentId, keys: OwnKeys): Promise<void> {
  await tx
    .db('agents')
    .where({ id })
    .update({ keys: writeKeys(keys) });
}

export async function updateRing(tx: WriteScope, id: AgentId, ring: Ring): Promise<void> {
  await tx.db('agents').where({ id }).update({ ring });
}

export async function updateAvailability(tx: WriteScope, id: AgentId, availability: Availability, againAt: Date | null): Promise<void> {
  await tx
    .db('agents')
    .where({ id })
    .update({ availability, available_again_at: againAt?.toISOString() ?? null });
}

export async function updateLanguage(tx: WriteScope, id: AgentId, language: AgentDetails['language']): Promise<void> {
  await tx.db('agents').where({ id }).update({ language });
}

/** False when he is not active, or his password is not that one. */
export async function stampLogin(tx: WriteScope, id: AgentId, hash: string): Promise<boolean> {
  const open = tx.db('agents').where({ id, password_hash: hash, status: 'active' });
  return (await open.update({ last_login_at: tx.now().toISOString() })) > 0;
}

/** Locks the rows of active administrators, so that two of them cannot demote each other at once. */
export async function lockAdministrators(tx: WriteScope): Promise<readonly AgentId[]> {
  return tx.db('agents').where({ role: 'administrator', status: 'active' }).orderBy('id').forUpdate().pluck('id');
}
