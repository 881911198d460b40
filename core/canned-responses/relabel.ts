import type { WriteScope } from '../db/scope.ts';
import type { LabelId } from '../lib/ids.ts';
import { actingOnes, updateActions } from './store.ts';

/** Templates that put one label on put the other one on from now on, whosever they are: the first is about to go. */
export async function relabelTemplates(tx: WriteScope, id: LabelId, intoId: LabelId): Promise<void> {
  for (const { id: cannedResponseId, actions } of await actingOnes(tx)) {
    if (!actions.labelIds.includes(id)) continue;
    const labelIds = [...new Set(actions.labelIds.map((one) => (one === id ? intoId : one)))];
    await updateActions(tx, cannedResponseId, { ...actions, labelIds });
    tx.emit({ type: 'canned_response.changed', data: { cannedResponseId } });
  }
}
