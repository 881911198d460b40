import type { Stream } from '../events/stream.ts';
import type { PageContext, Route } from '../http/context.ts';
import { type EventStream, openEventStream } from '../http/event-stream.ts';
import type { AgentId, SessionId } from '../lib/ids.ts';
import type { Audience } from './audience.ts';

const HEARTBEAT_MS = 5_000;
/** Of one agent at once. A browser needs one, however many tabs it has. */
const MAX_STREAMS = 200;
/** Of more changes at once a browser is told in one frame that everything it shows may be another. */
const MAX_NAMES = 25;

export interface LiveDeps {
  readonly stream: Stream;
  /** Who hears of what, by the rights of this moment. */
  readonly audience: Audience;
  /** False once the session was revoked or its agent disabled: the stream then ends within a heartbeat. */
  readonly isAlive: (agent: AgentId, session: SessionId) => Promise<boolean>;
  /** Streams of one agent at once; the usual number when absent. */
  readonly most?: number;
}

/**
 * Server-sent events (HTML standard §9.2): each frame is only a name, `*` = any; the browser fetches what changed through the ordinary routes.
 * The id of a frame is the time of the newest change, so that a page can tell whether one fell between its own making and the opening of the stream.
 */
export function liveRoutes({ stream, audience, isAlive, most = MAX_STREAMS }: LiveDeps): readonly Route[] {
  const opened = countStreams(most);
  const handle = (ctx: PageContext): void => {
    const { id, sessionId } = ctx.agent;
    const stamp = (): string => `id: ${stream.changedAt().toISOString()}\n`;
    const beat = (): void => {
      if (sessionId !== null) isAlive(id, sessionId).then((alive) => alive || events.end(), events.end);
    };
    const events = openEventStream(ctx, HEARTBEAT_MS, beat, () => {
      unsubscribe();
      forget();
    });
    const forget = opened(id, events);
    events.write(`retry: 2000\n${stamp()}event: opened\ndata: \n\n`);
    const tell = (names: readonly string[]): void => {
      if (names.length > 0)
        events.write((names.length > MAX_NAMES ? ['*'] : names).map((name) => `${stamp()}event: changed\ndata: ${name}\n\n`).join(''));
    };
    const unsubscribe = stream.subscribe((all) => void audience(all).then((hearing) => tell(hearing(id)), events.end), events.end);
  };
  return [{ method: 'GET', path: '/live', may: 'agent', handle }];
}

/** Notes a stream of an agent, and ends his oldest when he has too many: its browser comes again after a minute, not at once. Answers what forgets it. */
function countStreams(most: number): (agent: AgentId, events: EventStream) => () => void {
  const byAgent = new Map<AgentId, Set<EventStream>>();
  return (agent, events) => {
    const own = byAgent.get(agent) ?? new Set();
    byAgent.set(agent, own.add(events));
    const [oldest] = own;
    if (oldest && own.size > most) {
      own.delete(oldest);
      oldest.write('retry: 60000\n\n');
      oldest.end();
    }
    return () => {
      own.delete(events);
      if (own.size === 0 && byAgent.get(agent) === own) byAgent.delete(agent);
    };
  };
}
