import type { PageContext } from '../http/context.ts';
import type { AgentId, SessionId } from '../lib/ids.ts';
import { endSession } from './end-sessions.ts';
import { startSession } from './start-session.ts';

/** What puts the session into the browser. */
export interface SessionWriter {
  issue(ctx: PageContext, claims: { readonly sessionId: SessionId; readonly agentId: AgentId }, now: Date): void;
  clear(ctx: PageContext): void;
}

/** Logs this browser in as the agent, always under a new session id; the session it had before ends. */
export async function enter(ctx: PageContext, writer: SessionWriter, agentId: AgentId): Promise<void> {
  const { scope, visitor } = ctx;
  if (visitor?.sessionId) await endSession(scope, visitor.id, visitor.sessionId);
  const sessionId = await startSession({ ...scope, actor: { kind: 'agent', id: agentId } }, agentId, {
    ip: ctx.ip,
    userAgent: ctx.get('User-Agent'),
  });
  writer.issue(ctx, { sessionId, agentId }, scope.now());
}

/** Logs this browser out. */
export async function leave(ctx: PageContext, writer: SessionWriter): Promise<void> {
  if (ctx.agent.sessionId) await endSession(ctx.scope, ctx.agent.id, ctx.agent.sessionId);
  writer.clear(ctx);
}
