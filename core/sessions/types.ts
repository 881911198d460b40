import type { AgentId, SessionId } from '../lib/ids.ts';

export const SESSION_MAX_DAYS = 30;
export const SESSION_IDLE_DAYS = 7;
/** A session's `lastSeenAt` is written at most this often, so that reading a page writes nothing. */
export const SEEN_EVERY_MS = 5 * 60_000;

export interface NewSession {
  readonly agentId: AgentId;
  readonly ip: string;
  readonly userAgent: string;
  readonly expiresAt: string;
}

export interface OpenSession {
  readonly id: SessionId;
  readonly ip: string;
  readonly userAgent: string;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
}
