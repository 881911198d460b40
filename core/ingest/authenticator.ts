import type { Worker } from 'node:worker_threads';
import { type Authentication, readAuthentication } from '../lib/authentication.ts';
import { TemporaryError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { leaveThread, takeThread } from './spare-threads.ts';

/** One thing whose sender is to be checked: bytes in memory or in a file. */
export interface AuthenticateJob {
  /** URL of the plugin's authenticator module. */
  readonly authenticator: string;
  readonly envelope: Readonly<Record<string, string>>;
  readonly bytes: number;
  readonly source: { readonly file: string } | { readonly content: Uint8Array };
}

export interface AuthenticateRequest extends AuthenticateJob {
  readonly id: number;
}

export type AuthenticateReply = { readonly id: number } & ({ readonly found: unknown } | { readonly error: string });

/** Runs plugins' authenticators away from the event loop, several at once. */
export interface Authenticator {
  /** Rejects when it could not be done in time; nothing is known then. */
  authenticate(job: AuthenticateJob): Promise<Authentication>;
  stop(): Promise<void>;
}

export interface AuthenticatorOptions {
  /** As in CENTRALA_DNS_SERVERS: the thread has a resolver of its own. */
  readonly dnsServers: readonly string[];
  readonly log: Log;
  readonly timeLimitMs?: number;
  readonly idleMs?: number;
  readonly maxHeapMb?: number;
}

const MODULE = new URL('./authenticate-worker.ts', import.meta.url);

interface Waiting {
  readonly answer: PromiseWithResolvers<Authentication>;
  /** Null until the thread has loaded. */
  limit: NodeJS.Timeout | null;
}

/** The thread starts with the first thing to check and ends after `idleMs` without any. One that is stuck is ended, its jobs fail. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { dnsServers, log, timeLimitMs = 10_000, idleMs = 30_000, maxHeapMb = 192 } = options;
  const settings = {
    workerData: { dnsServers },
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: 6 },
  };
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let isReady = false;
  let idle: NodeJS.Timeout | undefined;
  let isStopped = false;
  let last = 0;

  const end = async (reason: string): Promise<void> => {
    const ending = worker;
    worker = null;
    isReady = false;
    for (const { answer, limit } of waiting.values()) {
      if (limit) clearTimeout(limit);
      answer.reject(new TemporaryError(reason));
    }
    waiting.clear();
    await ending?.terminate();
  };

  const limitOf = (): NodeJS.Timeout =>
    setTimeout(() => {
      log.warn('authenticate_too_slow', { limitMs: timeLimitMs, waiting: waiting.size });
      void end(`Checking senders takes longer than ${timeLimitMs / 1000} s`);
    }, timeLimitMs);

  const settle = (reply: AuthenticateReply): void => {
    const job = waiting.get(reply.id);
    if (!job) return;
    waiting.delete(reply.id);
    if (job.limit) clearTimeout(job.limit);
    const found = 'found' in reply ? readAuthentication(reply.found) : null;
    if (found) job.answer.resolve(found);
    else job.answer.reject(new TemporaryError('error' in reply ? reply.error : 'The authenticator answered something else'));
    if (waiting.size === 0 && !isStopped) idle = setTimeout(() => void end('The thread was idle'), idleMs).unref();
  };

  const start = (): Worker => {
    const { worker: started, loaded } = takeThread(MODULE, settings);
    isReady = loaded !== null;
    started.on('message', (reply: AuthenticateReply | 'ready') => {
      if (worker !== started) return;
      if (reply !== 'ready') return settle(reply);
      isReady = true;
      for (const job of waiting.values()) job.limit = limitOf();
    });
    started.on('error', (error) => worker === started && void end(error instanceof Error ? error.message : String(error)));
    started.on('exit', () => worker === started && void end('The thread that checks senders ended'));
    return started;
  };

  return {
    authenticate: (job) => {
      if (isStopped) return Promise.reject(new TemporaryError('The program is stopping'));
      clearTimeout(idle);
      worker ??= start();
      last += 1;
      const answer = Promise.withResolvers<Authentication>();
      waiting.set(last, { answer, limit: isReady ? limitOf() : null });
      worker.postMessage({ ...job, id: last } satisfies AuthenticateRequest);
      return answer.promise;
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(idle);
      if (worker && isReady && waiting.size === 0) {
        leaveThread(MODULE, settings, worker, new Set());
        worker = null;
      }
      await end('The program is stopping');
    },
  };
}
