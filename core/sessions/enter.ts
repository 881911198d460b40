import { transact, type WriteScope } from '../db/scope.ts';
import type { PageContext } from '../http/context.ts';
import type { AgentId, SessionId } from '../lib/ids.ts';
import { endSession } from './end-sessions.ts';
import { startSession } from './start-session.ts';

/** What puts the session into the browser. */
export interface SessionWriter {
  issue(ctx: PageContext, claims: { readonly sessionId: SessionId; readonly agentId: AgentId }, now: Date): void;
  clear(ctx: PageContext): void;
}

/**
 * Logs this browser in as the agent, always under a new session id; the session it had before ends. Answers false, and changes nothing, when
 * `mayStill`, asked in the transaction that begins the session, says no.
 */
export async function enter(
  ctx: PageContext,
  writer: SessionWriter,
  agentId: AgentId,
  mayStill: (tx: WriteScope) => Promise<boolean> = async () => true,
): Promise<boolean> {
  const { scope, visitor } = ctx;
  const place = { ip: ctx.ip, userAgent: ctx.get('User-Agent') };
  const sessionId = await transact({ ...scope, actor: { kind: 'agent', id: agentId } }, async (tx) =>
    (await mayStill(tx)) ? startSession(tx, agentId, place) : null,
  );
  if (sessionId === null) return false;
  if (visitor?.sessionId) await endSession(scope, visitor.id, visitor.sessionId);
  writer.issue(ctx, { sessionId, agentId }, scope.now());
  return true;
}

/** Logs this browser out. */
export async function leave(ctx: PageContext, writer: SessionWriter): Promise<void> {
  if (ctx.agent.sessionId) await endSession(ctx.scope, ctx.agent.id, ctx.agent.sessionId);
  writer.clear(ctx);
}
