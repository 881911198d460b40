import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { AgentId, SessionId } from '../lib/ids.ts';
import { deleteSessionsBefore, revokeAllSessions, revokeSessions } from './store.ts';

/** Logs the agent out everywhere, at once. */
export async function endSessions(scope: Scope | WriteScope, agentId: AgentId): Promise<void> {
  await transact(scope, async (tx) => {
    await revokeSessions(tx, agentId, null);
    tx.emit({ type: 'session.ended', data: { agentId, sessionId: null } });
  });
}

/** Logs everybody out; of restored data, where nobody's page is open. */
export const endAllSessions = (tx: WriteScope): Promise<void> => revokeAllSessions(tx);

/** Logs out in one browser. */
export async function endSession(scope: Scope | WriteScope, agentId: AgentId, id: SessionId): Promise<void> {
  await transact(scope, async (tx) => {
    await revokeSessions(tx, agentId, id);
    tx.emit({ type: 'session.ended', data: { agentId, sessionId: id } });
  });
}

/** Housekeeping: forgets sessions that expired more than 30 days ago; answers how many. */
export function forgetOldSessions(scope: Scope): Promise<number> {
  const before = new Date(scope.now().getTime() - 30 * 86_400_000).toISOString();
  return transact(scope, (tx) => deleteSessionsBefore(tx, before));
}
