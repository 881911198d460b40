import { type Stats, statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Knex } from 'knex';
import { errorFacts, type Log } from '../lib/log.ts';

export interface Checkpoints {
  stop(): Promise<void>;
}

/** 64 MB. A thread moves pages all the time; a commit that finds the log so long moves what it left, and the log begins anew. */
const MAX_LOG_PAGES = 16_000;
/** As SQLite itself does it, unless told otherwise: 1,000 pages of 4 KB. */
const WORTH_BYTES = 4_096_000;
const LOOK_MS = 200;

/**
 * Pages of SQLite's write-ahead log go into the database file on a thread of their own (https://sqlite.org/wal.html#ckpt): otherwise every
 * so many commits one of them does it on the event loop, and waits for the disk twice more. The thread comes when the log is long and goes
 * `lifeMs` later, making the log short, to give its memory back: while much is written, another one comes at once.
 */
export async function startCheckpoints(db: Knex, file: string, log: Log, lifeMs = 30_000): Promise<Checkpoints> {
  await db.raw(`pragma wal_autocheckpoint = ${MAX_LOG_PAGES}`);
  let worker: Worker | null = null;
  let ended: Promise<unknown> = Promise.resolve();
  let seen = 0;
  let startedAt = 0;

  // Without the thread commits do the work themselves.
  const giveUp = (error: unknown): void => {
    clearInterval(timer);
    log.error('checkpoints_ended', errorFacts(error));
    db.raw('pragma wal_autocheckpoint = 1000').catch(() => {});
  };

  const start = (): Worker => {
    const started = new Worker(new URL('./checkpoint-thread.mjs', import.meta.url), {
      workerData: { file },
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 },
    });
    ended = new Promise((resolve) => started.once('exit', resolve));
    started.on('message', (error: string) => {
      seen = 0;
      log.warn('checkpoint_failed', { error });
    });
    started.on('error', giveUp);
    started.unref();
    return started;
  };

  const end = (): void => {
    worker?.postMessage('stop');
    worker = null;
  };

  const look = (): void => {
    if (worker && Date.now() - startedAt > lifeMs) end();
    const long = longLog(file);
    if (!long || long.mtimeMs === seen) return;
    seen = long.mtimeMs;
    if (!worker) startedAt = Date.now();
    worker ??= start();
    worker.postMessage('look');
  };

  const timer = setInterval(look, LOOK_MS).unref();
  return {
    stop: async () => {
      clearInterval(timer);
      end();
      await ended;
    },
  };
}

/** Null: it is not worth a checkpoint yet. */
function longLog(file: string): Stats | null {
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
  return log && log.size >= WORTH_BYTES ? log : null;
}
