import type { Stream } from '../events/stream.ts';
import type { PageContext, Route } from '../http/context.ts';
import { openEventStream } from '../http/event-stream.ts';
import type { AgentId, SessionId } from '../lib/ids.ts';
import type { Audience } from './audience.ts';

const HEARTBEAT_MS = 5_000;
/** Of more changes at once a browser is told in one frame that everything it shows may be another. */
const MAX_NAMES = 25;

export interface LiveDeps {
  readonly stream: Stream;
  /** Who hears of what, by the rights of this moment. */
  readonly audience: Audience;
  /** False once the session was revoked or its agent disabled: the stream then ends within a heartbeat. */
  readonly isAlive: (agent: AgentId, session: SessionId) => Promise<boolean>;
}

/**
 * Server-sent events (HTML standard §9.2): each frame is only a name, `*` = any; the browser fetches what changed through the ordinary routes.
 * The id of a frame is the time of the newest change, so that a page can tell whether one fell between its own making and the opening of the stream.
 */
export function liveRoutes({ stream, audience, isAlive }: LiveDeps): readonly Route[] {
  const handle = (ctx: PageContext): void => {
    const { id, sessionId } = ctx.agent;
    const stamp = (): string => `id: ${stream.changedAt().toISOString()}\n`;
    const beat = (): void => {
      if (sessionId !== null) isAlive(id, sessionId).then((alive) => alive || events.end(), events.end);
    };
    const events = openEventStream(ctx, HEARTBEAT_MS, beat, () => unsubscribe());
    events.write(`retry: 2000\n${stamp()}event: opened\ndata: \n\n`);
    const tell = (names: readonly string[]): void => {
      if (names.length > 0)
        events.write((names.length > MAX_NAMES ? ['*'] : names).map((name) => `${stamp()}event: changed\ndata: ${name}\n\n`).join(''));
    };
    const unsubscribe = stream.subscribe((all) => void audience(all).then((hearing) => tell(hearing(id)), events.end), events.end);
  };
  return [{ method: 'GET', path: '/live', may: 'agent', handle }];
}
