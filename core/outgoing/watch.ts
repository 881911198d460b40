import { errorMonitor } from 'node:events';
import { Socket } from 'node:net';
import { keepNewest } from '../lib/keep-newest.ts';
import type { Seen } from './types.ts';

const MAX_PLACES = 1_000;
const seen = new Map<string, Seen>();
let connect: Socket['connect'] | null = null;

/**
 * From now on every TCP connection that this process makes is noted, whoever makes it: the libraries for mail, the database driver, `fetch`. All of
 * them come through this one method of Node. The place only, never what is said there.
 */
export function watchOutgoing(): void {
  if (connect) return;
  const original: Socket['connect'] = Socket.prototype.connect;
  connect = original;
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
    const place = placeOf(args);
    if (place) note(this, place);
    return Reflect.apply(original, this, args);
  } as Socket['connect'];
}

/** What was noted since the start of the process. */
export const seenPlaces = (): readonly Seen[] => [...seen.values()];

interface Place {
  readonly host: string;
  readonly port: number;
}

/** Of the forms of `connect`: options, port and host, or what Node made of these. Null for a socket of this machine's file system. */
function placeOf([first, second]: readonly unknown[]): Place | null {
  const options: unknown = Array.isArray(first) ? first[0] : first;
  if (typeof options === 'object' && options !== null) {
    const { host, port, path } = options as { host?: unknown; port?: unknown; path?: unknown };
    return path || port === undefined ? null : { host: typeof host === 'string' && host ? host : 'localhost', port: Number(port) };
  }
  const port = Number(options);
  return Number.isInteger(port) ? { host: typeof second === 'string' ? second : 'localhost', port } : null;
}

function note(socket: Socket, { host, port }: Place): void {
  const key = `${host.toLowerCase()}:${port}`;
  const count = (problem: string | null): void => {
    const { calls = 0 } = seen.get(key) ?? {};
    keepNewest(seen, key, { host: host.toLowerCase(), port, calls: calls + 1, at: new Date(), problem }, MAX_PLACES);
  };
  const settle = (problem: string | null): void => {
    socket.off('connect', made).off(errorMonitor, failed).off('close', givenUp);
    count(problem);
  };
  const made = (): void => settle(null);
  const failed = (error: Error): void => settle('code' in error ? String(error.code) : 'failed');
  // Nobody answered, as behind a firewall that says nothing, and whoever called hung up without an error of the socket.
  const givenUp = (): void => settle('ETIMEDOUT');
  socket.once('connect', made);
  // Only looked at: an error that nobody else waits for stays one.
  socket.once(errorMonitor, failed);
  socket.once('close', givenUp);
}
