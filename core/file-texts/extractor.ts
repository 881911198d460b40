import type { HeapInfo } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { FileKind } from './kind.ts';

export interface FileToRead {
  readonly path: string;
  readonly kind: FileKind;
  /** Of a `reading`. */
  readonly text: string;
}

/** The folded words of a file, or why there are none. `interrupted`: it is to be read again. */
export type Extracted = { readonly words: string } | { readonly problem: 'unreadable' | 'too_slow' | 'too_much_memory' | 'interrupted' };

export type Extract = (file: FileToRead, signal: AbortSignal) => Promise<Extracted>;

const ANSWER = z.object({ words: z.string() });

/** How often a thread's memory beside its heap is looked at: what unpacks fastest gains some 20 MB meanwhile. */
const LOOK_MS = 50;

/**
 * Each file gets a thread of its own that ends with it, so that no file's memory or time is another's, and none is left behind. The engine limits
 * its heap; bytes that a file unpacks to lie beside the heap, where seven kilobytes become as many gigabytes as there is time for.
 */
export function createExtract({ timeLimitMs = 15_000, maxHeapMb = 192, maxBesideHeapMb = 192 } = {}): Extract {
  return (file, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve({ problem: 'interrupted' });
      const worker = new Worker(new URL('./extract/worker.ts', import.meta.url), {
        workerData: file,
        // What libraries have to say about a file is nobody's news.
        stdout: true,
        stderr: true,
        resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: 16 },
      });
      let limit: NodeJS.Timeout | undefined;
      const look = setInterval(() => {
        const isTooMuch = ({ external_memory: bytes }: HeapInfo): boolean => bytes > maxBesideHeapMb * 1024 * 1024;
        // A thread that has just ended has nothing to say.
        worker.getHeapStatistics().then(
          (heap) => isTooMuch(heap) && end({ problem: 'too_much_memory' }),
          () => {},
        );
      }, LOOK_MS);
      const end = (answer: Extracted): void => {
        clearTimeout(limit);
        clearInterval(look);
        signal.removeEventListener('abort', interrupt);
        void worker.terminate();
        resolve(answer);
      };
      const interrupt = (): void => end({ problem: 'interrupted' });
      signal.addEventListener('abort', interrupt);
      worker.on('message', (message: unknown) => {
        // The time limit counts from here: on a busy machine loading takes longer than reading.
        if (message === 'ready') limit = setTimeout(() => end({ problem: 'too_slow' }), timeLimitMs);
        else end(ANSWER.parse(message));
      });
      worker.on('error', (error) => {
        const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
        end({ problem: isMemory ? 'too_much_memory' : 'unreadable' });
      });
      worker.on('exit', () => end({ problem: 'unreadable' }));
    });
}
