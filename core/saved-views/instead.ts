import { isDeepStrictEqual } from 'node:util';
import { hrefOf, readAddress } from '../conversations/address.ts';
import type { WriteScope } from '../db/scope.ts';
import { type Instead, instead } from '../lib/instead.ts';
import { allViews, updateView } from './store.ts';

/** Views of what bears one label, lies in one folder or is one team's show what is the other one's from now on, whosever they are: the first is about to go. */
export async function viewsInstead(tx: WriteScope, { label, folder, team }: Instead): Promise<void> {
  for (const view of await allViews(tx)) {
    const address = readAddress(Object.fromEntries(new URLSearchParams(view.query)));
    const changed = {
      ...address,
      labelId: instead(address.labelId, label),
      folderId: instead(address.folderId, folder),
      teamId: instead(address.teamId, team),
    };
    if (isDeepStrictEqual(changed, address)) continue;
    await updateView(tx, { ...view, query: hrefOf('', changed).slice(1) });
    tx.emit({ type: 'saved_view.changed', data: { savedViewId: view.id } });
  }
}
