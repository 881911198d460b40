import type { InboxId } from '../../../core/lib/ids.ts';
import { connectRelay, type RelayConnection } from './connection.ts';
import { createLimit } from './limit.ts';
import type { Relay } from './relay.ts';

/** Connections of one relay: reused while mail flows, closed soon after. */
export interface Pool {
  /** `reused` = it may have been closed by the relay without our notice: worth one more try with a fresh one. */
  acquire(signal: AbortSignal): Promise<{ connection: RelayConnection; reused: boolean }>;
  /** Gives back a connection that can send again. */
  release(connection: RelayConnection): void;
  fresh(signal: AbortSignal): Promise<RelayConnection>;
  drain(): void;
  /** Keeps to as many connections at a time as a relay gladly gives one client. */
  readonly limited: <T>(work: () => Promise<T>) => Promise<T>;
}

/** The pools of all open inboxes. */
export interface Pools {
  open(inboxId: InboxId, relay: Relay | null): void;
  close(inboxId: InboxId): void;
  /** The pool of an inbox, made on demand when it was not opened with this relay. */
  of(inboxId: InboxId, relay: Relay): Pool;
  /** Waits for sends under way through `track`, then closes everything. */
  stop(): Promise<void>;
  track<T>(work: Promise<T>): Promise<T>;
}

const IDLE_MS = 15_000;
const MAX_CONNECTIONS = 5;
const STOP_TIMEOUT_MS = 10_000;

export function createPools(): Pools {
  const pools = new Map<InboxId, { key: string; pool: Pool }>();
  const running = new Set<Promise<unknown>>();
  const close = (inboxId: InboxId): void => {
    pools.get(inboxId)?.pool.drain();
    pools.delete(inboxId);
  };
  const of = (inboxId: InboxId, relay: Relay): Pool => {
    const key = JSON.stringify(relay);
    const known = pools.get(inboxId);
    if (known?.key === key) return known.pool;
    close(inboxId);
    const pool = createPool(relay);
    pools.set(inboxId, { key, pool });
    return pool;
  };
  return {
    of,
    close,
    open: (inboxId, relay) => void (relay ? of(inboxId, relay) : close(inboxId)),
    track: (work) => {
      running.add(work);
      const done = (): void => void running.delete(work);
      work.then(done, done);
      return work;
    },
    stop: async () => {
      await Promise.race([Promise.allSettled(running), delay(STOP_TIMEOUT_MS)]);
      for (const inboxId of [...pools.keys()]) close(inboxId);
    },
  };
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

function createPool(relay: Relay): Pool {
  const idle = new Map<RelayConnection, NodeJS.Timeout>();
  let drained = false;
  const take = (): RelayConnection | null => {
    for (const [connection, timer] of idle) {
      clearTimeout(timer);
      idle.delete(connection);
      if (connection.isOpen()) return connection;
    }
    return null;
  };
  const fresh = (signal: AbortSignal): Promise<RelayConnection> => connectRelay(relay, signal);
  return {
    limited: createLimit(MAX_CONNECTIONS),
    fresh,
    acquire: async (signal) => {
      const connection = take();
      return connection ? { connection, reused: true } : { connection: await fresh(signal), reused: false };
    },
    release: (connection) => {
      if (!connection.isOpen()) return;
      if (drained || idle.size >= MAX_CONNECTIONS) return connection.quit();
      const expire = (): void => {
        idle.delete(connection);
        connection.quit();
      };
      idle.set(connection, setTimeout(expire, IDLE_MS).unref());
    },
    drain: () => {
      drained = true;
      for (const [connection, timer] of idle) {
        clearTimeout(timer);
        connection.quit();
      }
      idle.clear();
    },
  };
}
