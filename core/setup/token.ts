import { hasAgents } from '../agents/list-agents.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { equalSecrets, randomToken, sha256 } from '../lib/secrets.ts';
import { readSetting, takeSetting, writeSetting } from '../settings/settings.ts';

const KEY = 'setup.token_sha256';

/**
 * A new one-time set-up token, or null when somebody can already log in. Called at each start: the last one printed is
 * the one that works, until it is used.
 */
export async function newSetupToken(scope: Scope): Promise<string | null> {
  if (await hasAgents(scope)) return null;
  const token = randomToken(32);
  await transact(scope, (tx) => writeSetting(tx, KEY, sha256(token)));
  return token;
}

export async function isSetupToken(scope: Scope, token: unknown): Promise<boolean> {
  if (typeof token !== 'string' || token === '') return false;
  const hash = await readSetting(scope, KEY);
  return hash !== null && equalSecrets(hash, sha256(token));
}

/** Uses the token up: true for exactly one of several callers. */
export function takeSetupToken(tx: WriteScope, token: string): Promise<boolean> {
  return takeSetting(tx, KEY, sha256(token));
}
