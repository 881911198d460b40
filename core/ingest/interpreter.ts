import { Worker } from 'node:worker_threads';
import { AppError, TemporaryError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Interpreted } from './types.ts';

/** What the worker thread needs to interpret one kept thing. */
export interface InterpretJob {
  /** URL of the plugin's interpreter module. */
  readonly interpreter: string;
  readonly inbox: { readonly address: string; readonly name: string };
  readonly contentType: string;
  readonly envelope: Readonly<Record<string, string>>;
  /** ISO-8601 UTC. */
  readonly receivedAt: string;
  readonly bytes: number;
  readonly sha256: string;
}

export type InterpretReply = { readonly items: readonly Interpreted[] } | { readonly error: string; readonly isMissing?: boolean };

/** Runs plugins' interpreters away from the event loop, one thing at a time. */
export interface Interpreter {
  /**
   * Raises InterpretError when the thing cannot be read, in the time and memory one message may take. `onReading` is called when the thread
   * and the plugin's code are loaded and its bytes are about to be read.
   */
  interpret(job: InterpretJob, onReading?: () => void): Promise<readonly Interpreted[]>;
  stop(): Promise<void>;
}

/**
 * `code`: `unreadable` (the interpreter said no), `bytes_missing` (its file is not there), `too_slow` or `too_much_memory` (it was stopped),
 * `interrupted` (we are stopping).
 */
export class InterpretError extends AppError {
  declare readonly code: 'unreadable' | 'bytes_missing' | 'too_slow' | 'too_much_memory' | 'interrupted';

  constructor(code: InterpretError['code'], message: string) {
    super(code, 422, message, { help: 'Download the original, or try again after an update.' });
  }
}

export interface InterpreterOptions {
  readonly blobsDir: string;
  readonly log: Log;
  readonly timeLimitMs?: number;
  readonly idleMs?: number;
  readonly maxHeapMb?: number;
}

const LARGE_BYTES = 8 * 1024 * 1024;

/** The thread starts with the first thing to read and ends after `idleMs` without any, giving its memory back. */
export function createInterpreter(options: InterpreterOptions): Interpreter {
  const { blobsDir, log, timeLimitMs = 10_000, idleMs = 30_000, maxHeapMb = 256 } = options;
  let worker: Worker | null = null;
  let idle: NodeJS.Timeout | undefined;
  let ready = Promise.withResolvers<void>();
  let current: PromiseWithResolvers<InterpretReply> | null = null;
  let tellReading: () => void = () => {};
  let last: Promise<unknown> = Promise.resolve();
  let isStopped = false;

  const end = async (reason: InterpretError): Promise<void> => {
    const ending = worker;
    worker = null;
    current?.reject(reason);
    current = null;
    await ending?.terminate();
  };

  const start = (): Worker => {
    const started = new Worker(new URL('./interpret-worker.ts', import.meta.url), {
      workerData: { blobsDir },
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: 8 },
    });
    ready = Promise.withResolvers<void>();
    const { resolve, reject, promise } = ready;
    promise.catch(() => {});
    started.on('message', (reply: InterpretReply | 'ready' | 'reading') => {
      if (reply === 'ready') resolve();
      else if (reply === 'reading') tellReading();
      else if (worker === started) current?.resolve(reply);
    });
    started.on('exit', () => reject(new TemporaryError('The thread that reads messages did not start')));
    started.on('error', (error) => {
      if (worker !== started) return;
      const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      void end(
        isMemory
          ? new InterpretError('too_much_memory', `Reading it needs more than ${maxHeapMb} MB of memory`)
          : new InterpretError('unreadable', error instanceof Error ? error.message : String(error)),
      );
    });
    started.on('exit', () => {
      if (worker === started) void end(new InterpretError('unreadable', 'The thread that reads messages ended'));
    });
    return started;
  };

  const run = async (job: InterpretJob, onReading: () => void): Promise<readonly Interpreted[]> => {
    if (isStopped) throw new InterpretError('interrupted', 'The program is stopping');
    clearTimeout(idle);
    worker ??= start();
    current = Promise.withResolvers<InterpretReply>();
    tellReading = onReading;
    const answered = current.promise;
    answered.catch(() => {});
    await ready.promise;
    const limit = setTimeout(() => {
      log.warn('interpret_too_slow', { sha256: job.sha256, limitMs: timeLimitMs });
      void end(new InterpretError('too_slow', `Reading it takes longer than ${timeLimitMs / 1000} s`));
    }, timeLimitMs);
    try {
      worker?.postMessage(job);
      const reply = await answered;
      if ('error' in reply) throw new InterpretError(reply.isMissing ? 'bytes_missing' : 'unreadable', reply.error);
      return reply.items;
    } finally {
      clearTimeout(limit);
      current = null;
      // A thread that held something huge gives its memory back by ending; the next one starts in a moment.
      if (job.bytes > LARGE_BYTES) await end(new InterpretError('interrupted', 'The thread was renewed'));
      if (!isStopped) idle = setTimeout(() => void end(new InterpretError('interrupted', 'The thread was idle')), idleMs).unref();
    }
  };

  return {
    interpret: (job, onReading = () => {}) => {
      const next = last.then(
        () => run(job, onReading),
        () => run(job, onReading),
      );
      last = next;
      return next;
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(idle);
      await end(new InterpretError('interrupted', 'The program is stopping'));
    },
  };
}
