import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** What the thread is told. `whole`: indexes against their tables and references between rows as well; nobody may write to the file. */
export interface FileCheck {
  readonly file: string;
  readonly how: 'quick' | 'whole';
}

/** What SQLite finds wrong with a file while others write to it, read in a thread of its own; null when `signal` came first. Throws when it cannot be opened. */
export async function quickCheck(file: string, signal: AbortSignal): Promise<readonly string[] | null> {
  try {
    return await checkIn({ file, how: 'quick' }, signal);
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

/** What is wrong with a file, read in a thread of its own. Throws when it cannot be opened. */
export async function checkIn(workerData: FileCheck, signal?: AbortSignal): Promise<readonly string[]> {
  const worker = new Worker(new URL('./file-check-worker.ts', import.meta.url), { workerData });
  try {
    const [wrong]: (readonly string[])[] = await once(worker, 'message', { signal });
    return wrong ?? [];
  } finally {
    await worker.terminate();
  }
}
