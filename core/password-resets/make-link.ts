import { existingAgent } from '../agents/edit-agent.ts';
import { type Scope, transact } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';
import { randomToken, sha256 } from '../lib/secrets.ts';
import { deleteResetsBefore, insertReset, useAllResets } from './store.ts';
import { INVITATION_DAYS, type LinkKind, RESET_MINUTES } from './types.ts';

/**
 * Where the person sets his password; the token works once and only its hash is kept. Earlier links of the agent stop working, but an
 * invitation by nothing else than another one, and none by one that was `askedFor`: anybody may ask for a reset, and his mail may not come, while the
 * earlier link was handed over because none comes.
 */
export async function makePasswordLink(
  scope: Scope,
  agentId: AgentId,
  kind: LinkKind,
  publicUrl: string,
  { askedFor = false } = {},
): Promise<string> {
  const token = randomToken(32);
  const livesMs = kind === 'reset' ? RESET_MINUTES * 60_000 : INVITATION_DAYS * 86_400_000;
  const expiresAt = new Date(scope.now().getTime() + livesMs).toISOString();
  await transact(scope, async (tx) => {
    if (kind === 'invitation' || (!askedFor && (await existingAgent(tx, agentId)).hasPassword)) await useAllResets(tx, agentId);
    await insertReset(tx, agentId, sha256(token), expiresAt);
  });
  return `${publicUrl}/password-resets/choice?token=${token}`;
}

/** Housekeeping: forgets links that expired more than 30 days ago; answers how many. */
export function forgetOldLinks(scope: Scope): Promise<number> {
  const before = new Date(scope.now().getTime() - 30 * 86_400_000).toISOString();
  return transact(scope, (tx) => deleteResetsBefore(tx, before));
}
