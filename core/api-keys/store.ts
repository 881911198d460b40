import { AGENT_COLUMNS, type AgentRow, agentFromRow } from '../agents/from-row.ts';
import type { Agent } from '../agents/types.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, ApiKeyId } from '../lib/ids.ts';
import type { ApiKey } from './types.ts';

interface KeyRow {
  readonly id: number;
  readonly agent_id: number;
  readonly name: string;
  readonly created_at: string;
  readonly last_used_at: string | null;
  readonly revoked_at: string | null;
}

const fromRow = (row: KeyRow): ApiKey => ({
  id: row.id as ApiKeyId,
  agentId: row.agent_id as AgentId,
  name: row.name,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  revokedAt: row.revoked_at,
});

export async function insertApiKey(tx: WriteScope, key: { agentId: AgentId; name: string; hash: string }): Promise<ApiKeyId> {
  const [row] = await tx
    .db('api_keys')
    .insert({ agent_id: key.agentId, name: key.name, key_hash: key.hash, created_at: tx.now().toISOString() })
    .returning('id');
  return row.id;
}

/** A key that was not revoked, with its agent, who is active. */
export async function findKeyByHash(
  scope: Scope,
  hash: string,
): Promise<{ keyId: ApiKeyId; lastUsedAt: string | null; agent: Agent } | null> {
  const row: (AgentRow & { key_id: number; last_used_at: string | null }) | undefined = await scope
    .db('api_keys')
    .join('agents', 'agents.id', 'api_keys.agent_id')
    .where({ 'api_keys.key_hash': hash, 'agents.status': 'active' })
    .whereNull('api_keys.revoked_at')
    .first('api_keys.id as key_id', 'api_keys.last_used_at', ...AGENT_COLUMNS);
  return row ? { keyId: row.key_id as ApiKeyId, lastUsedAt: row.last_used_at, agent: agentFromRow(row) } : null;
}

export async function findApiKeys(scope: Scope): Promise<readonly ApiKey[]> {
  const rows: KeyRow[] = await scope.db('api_keys').orderBy('id');
  return rows.map(fromRow);
}

export async function touchApiKey(tx: WriteScope, id: ApiKeyId): Promise<void> {
  await tx.db('api_keys').where({ id }).update({ last_used_at: tx.now().toISOString() });
}

export async function revokeKey(tx: WriteScope, id: ApiKeyId): Promise<boolean> {
  return (await tx.db('api_keys').where({ id }).whereNull('revoked_at').update({ revoked_at: tx.now().toISOString() })) > 0;
}
