import { AGENT_COLUMNS, type AgentRow, agentFromRow } from '../agents/from-row.ts';
import type { Agent } from '../agents/types.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, SessionId } from '../lib/ids.ts';
import { storable } from '../lib/text.ts';
import type { NewSession, OpenSession } from './types.ts';

interface SessionRow {
  readonly session_id: number;
  readonly ip: string;
  readonly user_agent: string;
  readonly session_created_at: string;
  readonly last_seen_at: string;
  readonly expires_at: string;
}

const SESSION_COLUMNS = [
  'sessions.id as session_id',
  'sessions.ip',
  'sessions.user_agent',
  'sessions.created_at as session_created_at',
  'sessions.last_seen_at',
  'sessions.expires_at',
] as const;

const fromRow = (row: SessionRow): OpenSession => ({
  id: row.session_id as SessionId,
  ip: row.ip,
  userAgent: row.user_agent,
  createdAt: row.session_created_at,
  lastSeenAt: row.last_seen_at,
  expiresAt: row.expires_at,
});

/** A session that was not revoked, with its agent, who is active; times are for the caller to judge. */
export async function findSession(scope: Scope, id: SessionId, agentId: AgentId): Promise<{ session: OpenSession; agent: Agent } | null> {
  const row: (SessionRow & AgentRow) | undefined = await scope
    .db('sessions')
    .join('agents', 'agents.id', 'sessions.agent_id')
    .where({ 'sessions.id': id, 'sessions.agent_id': agentId, 'agents.status': 'active' })
    .whereNull('sessions.revoked_at')
    .first(...SESSION_COLUMNS, ...AGENT_COLUMNS);
  return row ? { session: fromRow(row), agent: agentFromRow(row) } : null;
}

export async function findOpenSessions(scope: Scope, agentId: AgentId): Promise<readonly OpenSession[]> {
  const rows: SessionRow[] = await scope
    .db('sessions')
    .where({ agent_id: agentId })
    .whereNull('revoked_at')
    .where('expires_at', '>', scope.now().toISOString())
    .orderBy('last_seen_at', 'desc')
    .select(...SESSION_COLUMNS);
  return rows.map(fromRow);
}

export async function insertSession(tx: WriteScope, session: NewSession): Promise<SessionId> {
  const now = tx.now().toISOString();
  const [row] = await tx
    .db('sessions')
    .insert({
      agent_id: session.agentId,
      ip: storable(session.ip).slice(0, 64),
      user_agent: storable(session.userAgent).slice(0, 300),
      created_at: now,
      last_seen_at: now,
      expires_at: session.expiresAt,
    })
    .returning('id');
  return row.id;
}

export async function touchSession(tx: WriteScope, id: SessionId): Promise<void> {
  await tx.db('sessions').where({ id }).update({ last_seen_at: tx.now().toISOString() });
}

/** Active agents with an open session that was seen since, the last seen first. */
export async function agentsSeenSince({ db, now }: Scope, since: string, most: number): Promise<readonly Agent[]> {
  const seen = db('sessions')
    .where('last_seen_at', '>=', since)
    .where('expires_at', '>', now().toISOString())
    .whereNull('revoked_at')
    .groupBy('agent_id')
    .select('agent_id', db.raw('max(last_seen_at) as seen_at'))
    .as('seen');
  const rows: AgentRow[] = await db('agents')
    .join(seen, 'seen.agent_id', 'agents.id')
    .where({ 'agents.status': 'active' })
    .orderBy([
      { column: 'seen.seen_at', order: 'desc' },
      { column: 'agents.id', order: 'asc' },
    ])
    .limit(most)
    .select(...AGENT_COLUMNS);
  return rows.map(agentFromRow);
}

/** Ends the agent's sessions: one of them, or all. */
export async function revokeSessions(tx: WriteScope, agentId: AgentId, only: SessionId | null): Promise<void> {
  const query = tx.db('sessions').where({ agent_id: agentId }).whereNull('revoked_at');
  await (only === null ? query : query.where({ id: only })).update({ revoked_at: tx.now().toISOString() });
}

/** Ends every session of everybody. */
export async function revokeAllSessions(tx: WriteScope): Promise<void> {
  await tx.db('sessions').whereNull('revoked_at').update({ revoked_at: tx.now().toISOString() });
}

/** Rows that have been over for long say nothing any more. */
export async function deleteSessionsBefore(tx: WriteScope, expiredBefore: string): Promise<number> {
  return tx.db('sessions').where('expires_at', '<', expiredBefore).del();
}
