import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** What SQLite finds wrong with a file while others write to it, read in a thread of its own; null when `signal` came first. Throws when it cannot be opened. */
export async function quickCheck(file: string, signal: AbortSignal): Promise<readonly string[] | null> {
  const worker = new Worker(new URL('./quick-check-worker.ts', import.meta.url), { workerData: file });
  try {
    const [wrong]: (readonly string[])[] = await once(worker, 'message', { signal });
    return wrong ?? [];
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    await worker.terminate();
  }
}
