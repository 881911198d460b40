import { createPutOff } from '../db/put-off.ts';
import type { WriteScope } from '../db/scope.ts';
import type { LabelId } from '../lib/ids.ts';
import { addToCount } from './store.ts';

// All at once at the end of the transaction, in the order of their numbers: each label is a row that everybody writes to who puts it on
// something, and two who write to the same ones the other way round would wait for each other.
const counts = createPutOff<LabelId, number>(async (tx, all) => {
  for (const [id, by] of [...all].sort(([a], [b]) => a - b)) await addToCount(tx, id, by);
});

/** So many conversations more bear the label, or fewer. */
export const countLabel = (tx: WriteScope, id: LabelId, by: number): void => counts.put(tx, id, (counts.get(tx, id) ?? 0) + by);
