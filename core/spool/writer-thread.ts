import { Worker } from 'node:worker_threads';

/** What went wrong in the writer thread; `code` is SQLite's or the system's name for it. */
export class WriterError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
  /** After a failed sync nobody knows what is on disk (PostgreSQL's "fsyncgate"): only a restart tells. A full disk is not that. */
  get isFatal(): boolean {
    return /^(SQLITE_IOERR|SQLITE_CORRUPT|SQLITE_NOTADB|EIO|writer_died)/.test(this.code);
  }
}

/** The thread that owns spool.sqlite, asked one request at a time and in order. */
export interface Writer {
  ask(request: Request, transfer?: readonly ArrayBuffer[]): Promise<unknown>;
  close(): Promise<void>;
}

type Request = Readonly<Record<string, unknown>> & { readonly do: string };

/** What an empty spool answers. */
const EMPTY = new Map<string, unknown>([
  ['take', []],
  ['count', 0],
]);

/** Long enough for what an earlier process left to be found. */
const FIRST_LOOK_MS = 1000;

/**
 * The thread goes when the spool is empty and nothing was kept for `restMs`, or at all since the start, to give its memory back (0609); the
 * next thing to be kept starts another one, some 50 ms later.
 */
export function startWriter(dir: string, restMs = 30_000): Writer {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  /** Whoever asks while the thread may be going. */
  const late: (() => void)[] = [];
  let last = 0;
  let dead: WriterError | null = null;
  let state: 'works' | 'goes' | 'rests' = 'works';

  const refuse = (error: WriterError): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const die = (message: string): void => {
    dead ??= new WriterError('writer_died', message);
    refuse(dead);
  };

  const become = (next: 'works' | 'rests'): void => {
    state = next;
    for (const go of late.splice(0)) go();
  };

  /** `again`: one that cannot open the file, as on a full disk, refuses what was asked; the next question tries once more. */
  const start = (again: boolean): Worker => {
    let isOpen = !again;
    const started = new Worker(new URL('./writer.mjs', import.meta.url), {
      workerData: { dir },
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 128 },
    });
    started.on('error', (error: Error & { code?: string }) => {
      if (isOpen) return die(error.message);
      state = 'rests';
      const code = error.code ?? 'unknown';
      // No room for the index of its log, as a rule (SQLITE_IOERR_SHMSIZE); nothing was on its way to the disk.
      refuse(new WriterError(code.startsWith('SQLITE_IOERR') ? 'not_opened' : code, error.message));
    });
    started.on('exit', (code) => {
      if (!isOpen) return;
      if (state === 'goes' && code === 0) return become('rests');
      die(`the spool's writer ended with code ${code}`);
    });
    started.on('message', (reply: { n: number; value?: unknown; error?: { code: string; message: string } }) => {
      isOpen = true;
      const promise = waiting.get(reply.n);
      waiting.delete(reply.n);
      if (reply.error) promise?.reject(new WriterError(reply.error.code, reply.error.message));
      else promise?.resolve(reply.value);
    });
    return started;
  };

  let worker = start(false);
  const post = (request: Request, transfer: readonly ArrayBuffer[] = []): Promise<unknown> => {
    const promise = Promise.withResolvers<unknown>();
    last += 1;
    waiting.set(last, promise);
    worker.postMessage({ ...request, n: last }, transfer);
    return promise.promise;
  };
  const settled = (): Promise<void> => new Promise((resolve) => void late.push(resolve));

  let timer: NodeJS.Timeout | undefined;
  const lookAfter = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(look, ms).unref();
  };
  const look = async (): Promise<void> => {
    if (waiting.size === 0) {
      state = 'goes';
      const isEmpty = await post({ do: 'rest' }).catch(() => false);
      if (isEmpty) return;
      become('works');
    }
    lookAfter(restMs);
  };
  lookAfter(Math.min(restMs, FIRST_LOOK_MS));

  return {
    ask: async (request, transfer) => {
      if (state === 'goes') await settled();
      if (dead) throw dead;
      if (state === 'rests') {
        if (EMPTY.has(request.do)) return EMPTY.get(request.do);
        worker = start(true);
        state = 'works';
        lookAfter(restMs);
      }
      // Who only asks, as a health check does every few seconds, keeps nobody awake.
      if (request.do === 'write') lookAfter(restMs);
      return post(request, transfer);
    },
    close: async () => {
      clearTimeout(timer);
      if (state === 'goes') await settled();
      if (!dead && state === 'works') await post({ do: 'close' });
      await worker.terminate();
    },
  };
}
