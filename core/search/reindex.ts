import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { type Scope, transact } from '../db/scope.ts';
import { enqueue } from '../jobs/store.ts';
import type { JobHandler } from '../jobs/worker.ts';
import { MAX_ID } from '../lib/ids.ts';
import { indexAgain } from './index-again.ts';
import { idsBelow } from './store.ts';

/** Queued by migrations that add something to the index. */
export const REINDEX_JOB = 'search_reindex';

const DATA = z.object({ below: z.int().nullable() });
const BATCH = 25;
/** Then other jobs have their turn. */
const BATCHES = 100;
/** Between batches the database belongs to those who work. */
const PAUSE_MS = 10;

/** Indexes messages anew, the newest first. It is continued where it was after a restart; doing a part twice does no harm. */
export const reindexHandler =
  (): JobHandler =>
  async (scope, job, signal): Promise<void> => {
    let below = DATA.parse(job.data).below ?? MAX_ID;
    for (let batch = 0; batch < BATCHES && !signal.aborted; batch += 1) {
      const last = await indexBatch(scope, below);
      if (last === null) return;
      below = last;
      await wait(PAUSE_MS);
    }
    await transact(scope, (tx) => enqueue(tx, [{ kind: REINDEX_JOB, data: { below } }]));
  };

const indexBatch = (scope: Scope, below: number): Promise<number | null> =>
  transact(scope, async (tx) => {
    const ids = await idsBelow(tx, below, BATCH);
    await indexAgain(tx, ids);
    return ids.at(-1) ?? null;
  });
