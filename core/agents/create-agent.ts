import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { admitAgent } from '../folders/rights.ts';
import type { EmailAddress } from '../lib/email-address.ts';
import { InvalidError } from '../lib/errors.ts';
import type { AgentId, FolderId } from '../lib/ids.ts';
import type { Permission } from '../lib/permissions.ts';
import { readGeneral } from '../settings/general.ts';
import { expectRoom } from './limit.ts';
import { hashPassword, passwordProblem } from './password.ts';
import { insertAgent } from './store.ts';
import type { AgentDetails, Role } from './types.ts';

export interface AgentInput extends AgentDetails {
  readonly email: EmailAddress;
  readonly role: Role;
  /** Absent = none. */
  readonly permissions?: readonly Permission[];
  /** Null = he sets one himself by invitation. */
  readonly password: string | null;
  /** The folders that he sees; null or absent = all, also those that are made later. */
  readonly folderIds?: readonly FolderId[] | null;
}

/** Adds an agent. Throws InvalidError when the e-mail is taken or the password too weak. `also` runs in the same transaction. */
export async function createAgent(
  scope: Scope | WriteScope,
  input: AgentInput,
  also: (tx: WriteScope, id: AgentId) => Promise<void> = async () => {},
): Promise<AgentId> {
  const passwordHash = input.password === null ? null : await newPasswordHash(scope, input.password, input);
  return transact(scope, async (tx) => {
    await expectRoom(tx);
    const id = await insertAgent(tx, { ...input, passwordHash });
    if (id === null) throw new InvalidError({ email: 'agents.problem.email_taken' });
    await admitAgent(tx, id, input.folderIds ?? null);
    tx.emit({ type: 'agent.added', data: { agentId: id } });
    if (input.permissions?.length)
      tx.emit({ type: 'agent.permissions_changed', data: { agentId: id, given: input.permissions, taken: [] } });
    await also(tx, id);
    return id;
  });
}

/** Hashes a new password, or throws InvalidError with the reason why it may not be used. */
export async function newPasswordHash(
  scope: Scope,
  password: string,
  owner: Pick<AgentInput, 'email' | 'firstName' | 'lastName'>,
): Promise<string> {
  const { companyName } = await readGeneral(scope);
  const problem = passwordProblem(password, [owner.email, owner.firstName, owner.lastName, companyName]);
  if (problem) throw new InvalidError({ password: problem });
  return hashPassword(password);
}
