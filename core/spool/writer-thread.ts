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
  ask(request: Readonly<Record<string, unknown>>, transfer?: readonly ArrayBuffer[]): Promise<unknown>;
  close(): Promise<void>;
}

export function startWriter(dir: string): Writer {
  const worker = new Worker(new URL('./writer.mjs', import.meta.url), {
    workerData: { dir },
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 128 },
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  let dead: WriterError | null = null;
  const die = (message: string): void => {
    dead ??= new WriterError('writer_died', message);
    for (const { reject } of waiting.values()) reject(dead);
    waiting.clear();
  };
  worker.on('error', (error) => die(error instanceof Error ? error.message : String(error)));
  worker.on('exit', (code) => die(`the spool's writer ended with code ${code}`));
  worker.on('message', (reply: { n: number; value?: unknown; error?: { code: string; message: string } }) => {
    const promise = waiting.get(reply.n);
    waiting.delete(reply.n);
    if (reply.error) promise?.reject(new WriterError(reply.error.code, reply.error.message));
    else promise?.resolve(reply.value);
  });
  const ask: Writer['ask'] = (request, transfer = []) => {
    if (dead) return Promise.reject(dead);
    const promise = Promise.withResolvers<unknown>();
    last += 1;
    waiting.set(last, promise);
    worker.postMessage({ ...request, n: last }, transfer);
    return promise.promise;
  };
  return {
    ask,
    close: async () => {
      if (!dead) await ask({ do: 'close' });
      await worker.terminate();
    },
  };
}
