import { isDeepStrictEqual } from 'node:util';
import type { WriteScope } from '../db/scope.ts';
import { allInstead, type Instead, instead } from '../lib/instead.ts';
import { actingOnes, updateActions } from './store.ts';

/** Templates that do something with one label, folder or team do it with the other one from now on, whosever they are: the first is about to go. */
export async function templatesInstead(tx: WriteScope, { label, folder, team }: Instead): Promise<void> {
  for (const { id: cannedResponseId, actions } of await actingOnes(tx)) {
    const changed = {
      ...actions,
      labelIds: allInstead(actions.labelIds, label),
      folderId: instead(actions.folderId, folder),
      teamId: instead(actions.teamId, team),
    };
    if (isDeepStrictEqual(changed, actions)) continue;
    await updateActions(tx, cannedResponseId, changed);
    tx.emit({ type: 'canned_response.changed', data: { cannedResponseId } });
  }
}
