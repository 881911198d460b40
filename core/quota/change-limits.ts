import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { InboxId } from '../lib/ids.ts';
import { limitRows, writeLimit } from './store.ts';

/** Sets limits in bytes, null = none; of all together under the key null. What is not named stays. */
export async function changeLimits(scope: Scope | WriteScope, changes: ReadonlyMap<InboxId | null, number | null>): Promise<void> {
  await transact(scope, async (tx) => {
    const before = new Map((await limitRows(tx)).map(({ inboxId, bytes }) => [inboxId, bytes]));
    for (const [inboxId, bytes] of changes) {
      const id = inboxId ?? 0;
      if ((before.get(id) ?? null) === bytes) continue;
      await writeLimit(tx, id, bytes);
      tx.emit({ type: 'settings.changed', data: { key: inboxId === null ? 'storage.limit' : `storage.limit.${inboxId}` } });
    }
  });
}
