import { type SignedIn, signedIn } from '../agents/types.ts';
import { type Scope, transact } from '../db/scope.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import type { AgentId, ApiKeyId } from '../lib/ids.ts';
import { randomToken, sha256 } from '../lib/secrets.ts';
import { storable } from '../lib/text.ts';
import { findApiKeys, findKeyByHash, insertApiKey, revokeKey, touchApiKey } from './store.ts';
import type { ApiKey } from './types.ts';

/** So that a key found in a log or a repository can be told for what it is. */
const PREFIX = 'ck_';
const USED_EVERY_MS = 5 * 60_000;

/** Makes a key (160 random bits) for the agent. It is returned once; only its SHA-256 is kept. */
export async function createApiKey(scope: Scope, agentId: AgentId, name: string): Promise<{ readonly id: ApiKeyId; readonly key: string }> {
  const clean = storable(name).trim().slice(0, 120);
  if (clean === '') throw new InvalidError({ name: 'forms.required' });
  const key = PREFIX + randomToken(32);
  const id = await transact(scope, async (tx) => {
    const made = await insertApiKey(tx, { agentId, name: clean, hash: sha256(key) });
    tx.emit({ type: 'api_key.created', data: { apiKeyId: made, agentId } });
    return made;
  });
  return { id, key };
}

/** Who a key stands for, or null: unknown, revoked, or of a disabled agent. Writes at most every five minutes. */
export async function verifyApiKey(scope: Scope, key: string): Promise<SignedIn | null> {
  if (!key.startsWith(PREFIX)) return null;
  const found = await findKeyByHash(scope, sha256(key));
  if (!found) return null;
  const unusedMs = scope.now().getTime() - Date.parse(found.lastUsedAt ?? '1970-01-01T00:00:00Z');
  if (unusedMs > USED_EVERY_MS) await transact(scope, (tx) => touchApiKey(tx, found.keyId));
  return signedIn(found.agent, null);
}

/** From now on the key opens nothing. Throws NotFoundError when there is none, or it was revoked before. */
export async function revokeApiKey(scope: Scope, id: ApiKeyId): Promise<void> {
  await transact(scope, async (tx) => {
    if (!(await revokeKey(tx, id))) throw new NotFoundError('API key');
    tx.emit({ type: 'api_key.revoked', data: { apiKeyId: id } });
  });
}

/** Names of the keys that act for an agent, or will when he is enabled again: a new password ends none of them. */
export const keyNamesOf = async (scope: Scope, agentId: AgentId): Promise<readonly string[]> =>
  (await findApiKeys(scope)).filter((key) => key.agentId === agentId && key.revokedAt === null).map(({ name }) => name);

export function listApiKeys(scope: Scope): Promise<readonly ApiKey[]> {
  return findApiKeys(scope);
}
