import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Loading its code costs a thread a fifth of a second of the processor, and whoever starts anew in this process does so at once. */
const KEPT_MS = 2000;

export interface Thread {
  readonly worker: Worker;
  /** What it has loaded besides; null: it has just begun, and says so when it can be used. */
  readonly loaded: Set<string> | null;
}

interface Spare {
  readonly worker: Worker;
  readonly loaded: Set<string>;
  readonly end: NodeJS.Timeout;
}

const spares = new Map<string, Spare[]>();
const kindOf = (module: URL, options: WorkerOptions): string => JSON.stringify([module.href, options]);

/** A thread that runs this module with these options: one that was left, or a new one. */
export function takeThread(module: URL, options: WorkerOptions): Thread {
  const spare = spares.get(kindOf(module, options))?.pop();
  if (!spare) return { worker: new Worker(module, options), loaded: null };
  clearTimeout(spare.end);
  for (const event of ['error', 'exit']) spare.worker.removeAllListeners(event);
  spare.worker.ref();
  return spare;
}

/** Gives back a thread that has nothing to do and keeps nothing of what it did: it ends in a moment, unless somebody takes it. */
export function leaveThread(module: URL, options: WorkerOptions, worker: Worker, loaded: Set<string>): void {
  const kind = kindOf(module, options);
  const forget = (): void => void spares.set(kind, spares.get(kind)?.filter((one) => one.worker !== worker) ?? []);
  const end = setTimeout(() => {
    forget();
    void worker.terminate();
  }, KEPT_MS).unref();
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
  worker.on('error', () => {}).once('exit', forget);
  worker.unref();
  spares.set(kind, [...(spares.get(kind) ?? []), { worker, loaded, end }]);
}
