import { PassThrough } from 'node:stream';
import { concerns, type Stream } from '../events/stream.ts';
import type { PageContext, Route } from '../http/context.ts';
import type { AgentId, SessionId } from '../lib/ids.ts';

const HEARTBEAT_MS = 5_000;
const MAX_UNREAD_BYTES = 64 * 1024;

export interface LiveDeps {
  readonly stream: Stream;
  /** False once the session was revoked or its agent disabled: the stream then ends within a heartbeat. */
  readonly isAlive: (agent: AgentId, session: SessionId) => Promise<boolean>;
}

/**
 * Server-sent events (HTML standard §9.2): each frame is only a name; the browser fetches what changed through the ordinary routes.
 * The id of a frame is the time of the newest change, so that a page can tell whether one fell between its own making and the opening of the stream.
 */
export function liveRoutes({ stream, isAlive }: LiveDeps): readonly Route[] {
  const handle = (ctx: PageContext): void => {
    const { id, sessionId } = ctx.agent;
    const body = new PassThrough();
    ctx.set({ 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
    ctx.body = body;
    ctx.req.socket.setTimeout(0);
    const stamp = (): string => `id: ${stream.changedAt().toISOString()}\n`;
    body.write(`retry: 2000\n${stamp()}event: opened\ndata: \n\n`);
    const end = (): void => void body.end();
    const unsubscribe = stream.subscribe((all) => {
      const names = all.filter((name) => concerns(name, id));
      if (body.writableLength > MAX_UNREAD_BYTES) end();
      else if (names.length > 0) body.write(names.map((name) => `${stamp()}event: changed\ndata: ${name}\n\n`).join(''));
    });
    const timer = setInterval(() => {
      body.write(':\n\n');
      if (sessionId !== null) isAlive(id, sessionId).then((alive) => alive || end(), end);
    }, HEARTBEAT_MS);
    body.once('close', () => {
      clearInterval(timer);
      unsubscribe();
    });
    ctx.res.once('close', () => body.destroy());
  };
  return [{ method: 'GET', path: '/live', may: 'agent', handle }];
}
