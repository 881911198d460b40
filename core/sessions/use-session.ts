import { type SignedIn, signedIn } from '../agents/types.ts';
import { type Scope, transact } from '../db/scope.ts';
import type { AgentId, SessionId } from '../lib/ids.ts';
import { findSession, touchSession } from './store.ts';
import { SEEN_EVERY_MS, SESSION_IDLE_DAYS } from './types.ts';

/** Who a session stands for: null when it is revoked, expired, idle too long, another agent's, or the agent is disabled. One query. */
export async function useSession(scope: Scope, id: SessionId, agentId: AgentId): Promise<SignedIn | null> {
  const found = await findSession(scope, id, agentId);
  if (!found) return null;
  const nowMs = scope.now().getTime();
  const idleMs = nowMs - Date.parse(found.session.lastSeenAt);
  if (nowMs >= Date.parse(found.session.expiresAt) || idleMs >= SESSION_IDLE_DAYS * 86_400_000) return null;
  // Pages stay readable on a full disk: this note is not worth more than they are.
  if (idleMs > SEEN_EVERY_MS) await transact(scope, (tx) => touchSession(tx, id)).catch(() => {});
  return signedIn(found.agent, id);
}
