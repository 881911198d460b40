import { keepNewest } from '../../../core/lib/keep-newest.ts';
import { within } from '../../../core/lib/within.ts';
import type { AccessToken } from '../../../core/plugins/contract.ts';
import { noTokens } from '../mailbox/token-error.ts';
import { connectRelay, type RelayConnection } from './connection.ts';
import { createLimit } from './limit.ts';
import type { Target } from './target.ts';

/** Connections to one server: reused while mail flows, closed soon after. */
export interface Pool {
  /** Rejects when it is to stop. `reused` = it may have been closed by the server without our notice: worth one more try with a fresh one. */
  acquire(signal: AbortSignal): Promise<{ connection: RelayConnection; reused: boolean }>;
  /** Gives back a connection that can send again. */
  release(connection: RelayConnection): void;
  fresh(signal: AbortSignal): Promise<RelayConnection>;
  drain(): void;
  /** Keeps to as many connections at a time as the server gladly gives one client. */
  readonly limited: <T>(work: () => Promise<T>) => Promise<T>;
}

/** The pools of all servers we send through. An owner, such as the route of an inbox, has one at a time. */
export interface Pools {
  /** The pool of an owner, made on demand; one to another target is drained. */
  of(owner: string, target: Target): Pool;
  /** Drains the pools whose owner begins with this text. */
  close(owners: string): void;
  /** Waits for sends under way through `track`, then closes everything. */
  stop(): Promise<void>;
  track<T>(work: Promise<T>): Promise<T>;
}

const IDLE_MS = 15_000;
const MAX_CONNECTIONS = 5;
const STOP_TIMEOUT_MS = 10_000;
/** More owners than this are not remembered; the one used the longest ago goes first. */
const MAX_POOLS = 500;

export function createPools(maxConnections: (owner: string) => number = () => MAX_CONNECTIONS, accessToken: AccessToken = noTokens): Pools {
  const pools = new Map<string, { key: string; pool: Pool }>();
  const running = new Set<Promise<unknown>>();
  const forget = (owner: string): void => {
    pools.get(owner)?.pool.drain();
    pools.delete(owner);
  };
  return {
    of: (owner, target) => {
      const key = JSON.stringify(target);
      const known = pools.get(owner);
      const pool = known?.key === key ? known.pool : createPool(target, maxConnections(owner), accessToken);
      if (pool !== known?.pool) forget(owner);
      keepNewest(pools, owner, { key, pool }, MAX_POOLS)?.pool.drain();
      return pool;
    },
    close: (owners) => {
      for (const owner of [...pools.keys()]) if (owner.startsWith(owners)) forget(owner);
    },
    track: (work) => {
      running.add(work);
      const done = (): void => void running.delete(work);
      work.then(done, done);
      return work;
    },
    stop: async () => {
      await within<unknown>(STOP_TIMEOUT_MS, Promise.allSettled(running), () => {});
      for (const owner of [...pools.keys()]) forget(owner);
    },
  };
}

function createPool(target: Target, maxConnections: number, accessToken: AccessToken): Pool {
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
  const fresh = (signal: AbortSignal): Promise<RelayConnection> => connectRelay(target, signal, accessToken);
  return {
    limited: createLimit(maxConnections),
    fresh,
    acquire: async (signal) => {
      signal.throwIfAborted();
      const connection = take();
      return connection ? { connection, reused: true } : { connection: await fresh(signal), reused: false };
    },
    release: (connection) => {
      if (!connection.isOpen()) return;
      if (drained || idle.size >= maxConnections) return connection.quit();
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
