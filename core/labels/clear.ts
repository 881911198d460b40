import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { clearContacts } from '../contacts/label.ts';
import { type Scope, transact } from '../db/scope.ts';
import { enqueue } from '../jobs/store.ts';
import type { JobHandler } from '../jobs/worker.ts';
import { type LabelId, parseId } from '../lib/ids.ts';
import { countAgain } from '../statistics/again.ts';
import { lockBearers, replaceApplied } from './applied-store.ts';
import { countLabel } from './counts.ts';
import { deleteLabel, findAny } from './store.ts';

export const CLEAR_LABEL_JOB = 'label_clear';
/** For so long a removed label can come back. */
export const UNDO_HOURS = 24;

const DATA = z.object({ labelId: z.int() });
const BATCH = 100;
/** Between batches the database belongs to those who work. */
const PAUSE_MS = 10;

/** Takes a removed label off its conversations and contacts, or gives them the one it was merged into, then deletes it. One that came back is left alone. */
export function clearLabelHandler(): JobHandler {
  return async (scope, job, signal) => {
    const labelId = parseId<'labels'>(DATA.parse(job.data).labelId);
    if (labelId === null) return;
    while (await clearSome(scope, labelId)) {
      if (signal.aborted) return transact(scope, (tx) => enqueue(tx, [{ kind: CLEAR_LABEL_JOB, data: { labelId } }]));
      await wait(PAUSE_MS);
    }
  };
}

/** Deals with a hundred conversations or contacts; false when nothing is left to do. */
function clearSome(scope: Scope, labelId: LabelId): Promise<boolean> {
  return transact(scope, async (tx) => {
    const label = await findAny(tx, labelId);
    if (!label?.removedAt) return false;
    const { removedAt, mergedIntoId } = label;
    if (mergedIntoId === null && tx.now().getTime() < removedAt.getTime() + UNDO_HOURS * 3_600_000) return false;
    const ids = await lockBearers(tx, labelId, BATCH);
    if (ids.length > 0) {
      await countAgain(tx, ids);
      const moved = await replaceApplied(tx, labelId, mergedIntoId, ids);
      countLabel(tx, labelId, -ids.length);
      if (mergedIntoId !== null) countLabel(tx, mergedIntoId, moved);
      return true;
    }
    if (await clearContacts(tx, labelId, mergedIntoId, BATCH)) return true;
    await deleteLabel(tx, labelId);
    if (mergedIntoId !== null) tx.emit({ type: 'label.changed', data: { labelId: mergedIntoId } });
    return false;
  });
}
