import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { AgentId, SessionId } from '../lib/ids.ts';
import { findOpenSessions, insertSession } from './store.ts';
import { type OpenSession, SESSION_MAX_DAYS } from './types.ts';

/** Where somebody logs in from. */
export interface Place {
  readonly ip: string;
  readonly userAgent: string;
}

/** A new session, always with a new id. */
export function startSession(scope: Scope | WriteScope, agentId: AgentId, place: Place): Promise<SessionId> {
  const expiresAt = new Date(scope.now().getTime() + SESSION_MAX_DAYS * 86_400_000).toISOString();
  return transact(scope, async (tx) => {
    const sessionId = await insertSession(tx, { agentId, ...place, expiresAt });
    tx.emit({ type: 'session.started', data: { agentId, sessionId } });
    return sessionId;
  });
}

/** Where an agent is logged in, the most recently used first. */
export function openSessions(scope: Scope, agentId: AgentId): Promise<readonly OpenSession[]> {
  return findOpenSessions(scope, agentId);
}
