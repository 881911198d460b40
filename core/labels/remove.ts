import { templatesInstead } from '../canned-responses/instead.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { enqueue } from '../jobs/store.ts';
import { ConflictError, InvalidError, NotFoundError } from '../lib/errors.ts';
import type { LabelId } from '../lib/ids.ts';
import { exceptInstead, isExcept } from '../retention/rules.ts';
import { rulesInstead } from '../rules/instead.ts';
import { viewsInstead } from '../saved-views/instead.ts';
import { CLEAR_LABEL_JOB, UNDO_HOURS } from './clear.ts';
import { findAny, findByName, findPresent, markRemoved, unmarkRemoved } from './store.ts';

/** Takes a label away from everywhere at once; for a day it can come back. Answers its name. Raises not_found, or label_keeps where retention leaves alone what bears it. */
export async function removeLabel(scope: Scope | WriteScope, id: LabelId): Promise<string> {
  return transact(scope, async (tx) => {
    const label = await findPresent(tx, id);
    if (await isExcept(tx, id)) {
      const help = 'In Settings → Retention an administrator chooses another label, or none; or merge this one into another.';
      throw new ConflictError('label_keeps', 'Conversations with this label are kept for good', help);
    }
    if (!label || !(await markRemoved(tx, id, null))) throw new NotFoundError('The label');
    const runAt = new Date(tx.now().getTime() + UNDO_HOURS * 3_600_000);
    await enqueue(tx, [{ kind: CLEAR_LABEL_JOB, data: { labelId: id }, runAt }]);
    tx.emit({ type: 'label.removed', data: { labelId: id } });
    return label.name;
  });
}

/** Brings a removed label back to every conversation that bore it. Answers its name. Raises not_found, or label_taken. */
export async function restoreLabel(scope: Scope | WriteScope, id: LabelId): Promise<string> {
  return transact(scope, async (tx) => {
    const label = await findAny(tx, id);
    if (!label) throw new NotFoundError('The label');
    const namesake = await findByName(tx, label.name);
    if (namesake?.id === id) return label.name;
    if (namesake) throw new ConflictError('label_taken', 'Another label has this name now', 'Rename that one first.');
    if (!(await unmarkRemoved(tx, id))) throw new NotFoundError('The label');
    tx.emit({ type: 'label.restored', data: { labelId: id } });
    return label.name;
  });
}

/** Gives every conversation of one label the other one, then the first is gone: at once for people, row by row in a job. What names it (rules, templates that act, saved views, retention) names the other one. Raises not_found. */
export async function mergeLabels(scope: Scope | WriteScope, id: LabelId, intoId: LabelId): Promise<void> {
  if (id === intoId) throw new InvalidError({ into: 'labels.problem.itself' });
  await transact(scope, async (tx) => {
    if (!(await findPresent(tx, intoId)) || !(await markRemoved(tx, id, intoId))) throw new NotFoundError('The label');
    await exceptInstead(tx, id, intoId);
    for (const follow of [rulesInstead, templatesInstead, viewsInstead]) await follow(tx, { label: [id, intoId] });
    await enqueue(tx, [{ kind: CLEAR_LABEL_JOB, data: { labelId: id } }]);
    tx.emit({ type: 'label.merged', data: { labelId: id, intoId } });
  });
}
