import { networkOf } from '../../../core/lib/rate-limit.ts';

export interface ClientLimits {
  readonly maxOpen: number;
  readonly maxNewPerMinute: number;
}

/** Counts connections of each stranger: an IPv4 address, an IPv6 /64. */
export interface Clients {
  /** Counts a new connection, admitted or not; `leave` takes it back. */
  enter(ip: string): 'welcome' | 'too_many' | 'too_fast';
  leave(ip: string): void;
  /** How many clients are remembered. */
  size(): number;
}

interface Client {
  open: number;
  recent: number;
  minuteBegan: number;
}

const MINUTE_MS = 60_000;
const MAX_REMEMBERED = 50_000;

/** `now` in milliseconds of a clock that never goes back. */
export function countClients(limits: ClientLimits, now: () => number = () => performance.now()): Clients {
  // Longest quiet first, because each connection moves its client to the end.
  const clients = new Map<string, Client>();
  const forget = (): void => {
    for (const [key, client] of clients) {
      if (clients.size <= MAX_REMEMBERED && now() - client.minuteBegan < MINUTE_MS) break;
      if (client.open === 0) clients.delete(key);
    }
  };
  return {
    enter: (ip) => {
      const key = networkOf(ip);
      const client = clients.get(key) ?? { open: 0, recent: 0, minuteBegan: now() };
      if (now() - client.minuteBegan >= MINUTE_MS) Object.assign(client, { recent: 0, minuteBegan: now() });
      clients.delete(key);
      clients.set(key, client);
      client.open += 1;
      client.recent += 1;
      forget();
      if (client.open > limits.maxOpen) return 'too_many';
      return client.recent > limits.maxNewPerMinute ? 'too_fast' : 'welcome';
    },
    leave: (ip) => {
      const client = clients.get(networkOf(ip));
      if (client) client.open = Math.max(0, client.open - 1);
    },
    size: () => clients.size,
  };
}
