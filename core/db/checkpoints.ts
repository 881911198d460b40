import { Worker } from 'node:worker_threads';
import type { Knex } from 'knex';
import type { Log } from '../lib/log.ts';

export interface Checkpoints {
  stop(): Promise<void>;
}

/** 64 MB. A thread moves pages all the time; a commit that finds the log so long moves what it left, and the log begins anew. */
const MAX_LOG_PAGES = 16_000;

/**
 * Pages of SQLite's write-ahead log go into the database file on a thread of their own (https://sqlite.org/wal.html#ckpt): otherwise every
 * so many commits one of them does it on the event loop, and waits for the disk twice more.
 */
export async function startCheckpoints(db: Knex, file: string, log: Log): Promise<Checkpoints> {
  await db.raw(`pragma wal_autocheckpoint = ${MAX_LOG_PAGES}`);
  const worker = new Worker(new URL('./checkpoint-thread.mjs', import.meta.url), {
    workerData: { file },
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 },
  });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('message', (error: string) => log.warn('checkpoint_failed', { error }));
  // Without it commits do the work themselves, as they would have without the thread.
  worker.on('error', (error) => {
    log.error('checkpoints_ended', { error: error instanceof Error ? error.message : String(error) });
    db.raw('pragma wal_autocheckpoint = 1000').catch(() => {});
  });
  worker.unref();
  return {
    stop: async () => {
      worker.postMessage('stop');
      await ended;
    },
  };
}
