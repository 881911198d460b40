import type { Worker } from 'node:worker_threads';
import { AppError, TemporaryError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { leaveThread, takeThread } from './spare-threads.ts';
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

/** What the thread is told: it may work for another `blobsDir` afterwards. */
export type InterpretOrder = InterpretJob & { readonly blobsDir: string };

/** Code to be loaded before there is anything to read with it. */
export interface InterpretWarming {
  readonly warm: string;
}

export type InterpretReply = { readonly items: readonly Interpreted[] } | { readonly error: string; readonly isMissing?: boolean };

/** Runs plugins' interpreters away from the event loop, one thing at a time in the order in which they were asked for. */
export interface Interpreter {
  /**
   * Raises InterpretError when the thing cannot be read, in the time and memory one message may take. `onReading` is called when the thread
   * and the plugin's code are loaded and its bytes are about to be read.
   */
  interpret(job: InterpretJob, onReading?: () => void): Promise<readonly Interpreted[]>;
  /** Loads the thread and this code, since something may soon be to be read; without any it ends again by itself. Costs nothing when it is there. */
  warm(interpreter: string): void;
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
  /** Told of each file that the thread may have stored. */
  readonly onStored?: (sha256: string) => void;
  readonly log: Log;
  readonly timeLimitMs?: number;
  readonly idleMs?: number;
  readonly maxHeapMb?: number;
}

const MODULE = new URL('./interpret-worker.ts', import.meta.url);
const LARGE_BYTES = 8 * 1024 * 1024;
/** One is read and some lie ready for when it is done: the thread does not wait until the event loop has a turn for it, which takes a few. */
const HANDED = 24;
const HANDED_BYTES = 1024 * 1024;

interface Waiting {
  readonly job: InterpretJob;
  readonly onReading: () => void;
  readonly answer: PromiseWithResolvers<readonly Interpreted[]>;
  /** It may have killed a thread together with another one: it is read with none beside it. */
  isAlone: boolean;
}

/** The thread starts with the first thing to read and ends after `idleMs` without any, giving its memory back. */
export function createInterpreter(options: InterpreterOptions): Interpreter {
  const { blobsDir, log, timeLimitMs = 10_000, idleMs = 30_000, maxHeapMb = 256 } = options;
  const limits = { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: 8 } };
  const queue: Waiting[] = [];
  /** What the thread was given, in its order: it reads the first. */
  let handed: Waiting[] = [];
  let worker: Worker | null = null;
  let loaded: Set<string> | null = null;
  let idle: NodeJS.Timeout | undefined;
  let limit: NodeJS.Timeout | undefined;
  let warming: string | null = null;
  let isEnding = false;
  let isStopped = false;

  const start = (): Worker => {
    const { worker: started, loaded: known } = takeThread(MODULE, limits);
    loaded = known;
    started.on('message', (reply: InterpretReply | 'ready' | 'reading') => {
      if (worker !== started) return;
      if (reply === 'ready') {
        loaded = new Set();
        beginFirst();
      } else if (reply === 'reading') tellReading();
      else take(reply);
    });
    // What it said before its end may arrive after the error, but never after 'exit' (Node drains its port first).
    let reason = new InterpretError('unreadable', 'The thread that reads messages ended');
    started.on('error', (error) => {
      const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      reason = isMemory
        ? new InterpretError('too_much_memory', `Reading it needs more than ${maxHeapMb} MB of memory`)
        : new InterpretError('unreadable', error instanceof Error ? error.message : String(error));
    });
    started.on('exit', () => {
      if (worker === started) void lose(reason);
    });
    return started;
  };

  /** Gives the thread what it may have; something large, and what may have killed one, for itself. */
  const feed = (): void => {
    for (let [next] = queue; next && fits(next); [next] = queue) {
      queue.shift();
      clearTimeout(idle);
      worker ??= start();
      handed.push(next);
      worker.postMessage({ ...next.job, blobsDir } satisfies InterpretOrder);
      if (handed.length === 1) beginFirst();
    }
    if (handed.length === 0) endWhenIdle();
  };

  const endWhenIdle = (): void => {
    if (!worker || isStopped) return;
    clearTimeout(idle);
    idle = setTimeout(() => void end(), idleMs).unref();
  };

  const fits = (next: Waiting): boolean =>
    !isEnding &&
    (handed.length === 0 || (handed.length < HANDED && bytesOf([next, ...handed]) <= HANDED_BYTES && ![next, ...handed].some(isSingle)));

  // The time limit counts from here: on a busy machine loading the thread may take longer than reading a mail.
  const beginFirst = (): void => {
    const [first] = handed;
    if (!first || !loaded) return;
    limit = setTimeout(() => {
      log.warn('interpret_too_slow', { sha256: first.job.sha256, limitMs: timeLimitMs });
      first.isAlone = true;
      void lose(new InterpretError('too_slow', `Reading it takes longer than ${timeLimitMs / 1000} s`));
    }, timeLimitMs);
    if (loaded.has(first.job.interpreter)) first.onReading();
  };

  /** The code of the first one's plugin had to be loaded before. */
  const tellReading = (): void => {
    const [first] = handed;
    const code = warming ?? first?.job.interpreter;
    warming = null;
    if (code !== undefined) loaded?.add(code);
    if (first?.job.interpreter === code) first?.onReading();
  };

  const take = (reply: InterpretReply): void => {
    clearTimeout(limit);
    const one = handed.shift();
    if ('items' in reply) {
      for (const sha256 of reply.items.flatMap(filesOf)) options.onStored?.(sha256);
      one?.answer.resolve(reply.items);
    } else one?.answer.reject(new InterpretError(reply.isMissing ? 'bytes_missing' : 'unreadable', reply.error));
    beginFirst();
    // A thread that held something huge gives its memory back by ending; the next one starts in a moment.
    if (one && one.job.bytes > LARGE_BYTES) void end();
    else feed();
  };

  /** The thread is of no use any more. The first it had is to blame when that is certain; otherwise each is read again, alone. */
  const lose = async (reason: InterpretError): Promise<void> => {
    const [first, ...others] = handed;
    const wasLoaded = loaded !== null;
    handed = [];
    if (!wasLoaded) {
      for (const one of [first, ...others, ...queue.splice(0)])
        one?.answer.reject(new TemporaryError('The thread that reads messages did not start'));
    } else if (others.length === 0 || first?.isAlone) {
      first?.answer.reject(reason);
      queue.unshift(...others);
    } else {
      queue.unshift(...[first, ...others].flatMap((one) => (one ? [{ ...one, isAlone: true }] : [])));
    }
    await end();
  };

  const end = async (): Promise<void> => {
    clearTimeout(limit);
    const ending = worker;
    if (!ending) return;
    isEnding = true;
    worker = null;
    loaded = null;
    warming = null;
    await ending.terminate();
    isEnding = false;
    feed();
  };

  return {
    interpret: (job, onReading = () => {}) => {
      if (isStopped) return Promise.reject(new InterpretError('interrupted', 'The program is stopping'));
      const answer = Promise.withResolvers<readonly Interpreted[]>();
      queue.push({ job, onReading, answer, isAlone: false });
      feed();
      return answer.promise;
    },
    warm: (code) => {
      if (isStopped || isEnding || handed.length > 0) return;
      if (worker === null) {
        worker = start();
        if (!loaded?.has(code)) {
          warming = code;
          worker.postMessage({ warm: code } satisfies InterpretWarming);
        }
      }
      endWhenIdle();
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(idle);
      if (worker && loaded && handed.length === 0 && warming === null) {
        leaveThread(MODULE, limits, worker, loaded);
        worker = null;
      }
      for (const { answer } of [...handed.splice(0), ...queue.splice(0)])
        answer.reject(new InterpretError('interrupted', 'The program is stopping'));
      await end();
    },
  };
}

const bytesOf = (some: readonly Waiting[]): number => some.reduce((sum, { job }) => sum + job.bytes, 0);
const isSingle = ({ job, isAlone }: Waiting): boolean => isAlone || job.bytes > LARGE_BYTES;

function filesOf(item: Interpreted): readonly string[] {
  if (item.kind === 'domain-report') return filesOf(item.message);
  return item.kind === 'message' ? item.attachments.map(({ sha256 }) => sha256) : [];
}
