import { hrefOf, readAddress } from '../conversations/address.ts';
import type { WriteScope } from '../db/scope.ts';
import type { LabelId } from '../lib/ids.ts';
import { allViews, updateView } from './store.ts';

/** Views of what bears one label show what bears the other one from now on, whosever they are: the first is about to go. */
export async function relabelViews(tx: WriteScope, id: LabelId, intoId: LabelId): Promise<void> {
  for (const view of await allViews(tx)) {
    const address = readAddress(Object.fromEntries(new URLSearchParams(view.query)));
    if (address.labelId !== id) continue;
    await updateView(tx, { ...view, query: hrefOf('', { ...address, labelId: intoId }).slice(1) });
    tx.emit({ type: 'saved_view.changed', data: { savedViewId: view.id } });
  }
}
