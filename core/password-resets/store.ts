import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';

export async function insertReset(tx: WriteScope, agentId: AgentId, tokenHash: string, expiresAt: string): Promise<void> {
  await tx.db('password_resets').insert({
    agent_id: agentId,
    token_hash: tokenHash,
    created_at: tx.now().toISOString(),
    expires_at: expiresAt,
  });
}

/** Whose unused link of an active agent this is, not expired; null otherwise. */
export async function findResetAgent(scope: Scope, tokenHash: string): Promise<AgentId | null> {
  const row: { agent_id: AgentId } | undefined = await scope
    .db('password_resets')
    .join('agents', 'agents.id', 'password_resets.agent_id')
    .where({ token_hash: tokenHash, 'agents.status': 'active' })
    .whereNull('used_at')
    .where('expires_at', '>', scope.now().toISOString())
    .first('agent_id');
  return row?.agent_id ?? null;
}

/** Uses the link: true for exactly one of several callers. */
export async function useReset(tx: WriteScope, tokenHash: string): Promise<boolean> {
  const used_at = tx.now().toISOString();
  const open = tx.db('password_resets').where({ token_hash: tokenHash }).whereNull('used_at').where('expires_at', '>', used_at);
  return (await open.update({ used_at })) > 0;
}

/** Makes every other link of the agent worthless. */
export async function useAllResets(tx: WriteScope, agentId: AgentId): Promise<void> {
  await tx.db('password_resets').where({ agent_id: agentId }).whereNull('used_at').update({ used_at: tx.now().toISOString() });
}

/** Makes the links of all who have a password worthless; invitations stay. */
export async function useResetsOfAll({ db, now }: WriteScope): Promise<void> {
  const known = db('agents').whereNotNull('password_hash').select('id');
  await db('password_resets').whereIn('agent_id', known).whereNull('used_at').update({ used_at: now().toISOString() });
}

export async function deleteResetsBefore(tx: WriteScope, expiredBefore: string): Promise<number> {
  return tx.db('password_resets').where('expires_at', '<', expiredBefore).del();
}
